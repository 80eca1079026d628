import Model

extension JSONSchema {
    static let rollout = Component(
        "Rollout",
        .object([
            .must("phase", .word(RolloutView.Phase.complete)), .must("generation", .count(1)),
            .must("updated", .count(2)), .must("total", .count(2)), .may("step", .sentence),
            .may("reason", .sentence), .may("note", .sentence), .may("restored_from", .count(1)),
            .may("pinned_image", .text("docker.io/library/nginx@sha256:00")), .must("pinned", .flag(false)),
            .must("since", .time),
        ]))

    private static let assignment = object([.must("replica_number", .count(0)), .must("node_id", .id)])

    static let deploymentCreated = Component(
        "DeploymentCreated",
        .object([
            .must("deployment_id", .id), .may("assigned_node_id", .id),
            .must("assigned_node_ids", .list(.id)),
            .must("unplaced_replicas", .count(0)), .must("unplaced_reasons", .list(.sentence)),
            .must("generation", .count(1)),
        ]))

    static let deploymentSummary = Component(
        "DeploymentSummary",
        .object([
            .must("deployment_id", .id), .must("name", .name), .must("image", .text("nginx:1.27")),
            .must("replicas", .count(2)), .must("replicas_ready", .count(2)),
            .must("unplaced_replicas", .count(0)),
            .must("desired_state", .word(DesiredState.running)),
            .must("status", .word(DeploymentStatus.running)),
            .must("generation", .count(1)), .must("assignments", .list(assignment)),
            .may("last_reported", .time), .must("created_at", .time),
        ]))

    static let deployment = Component(
        "Deployment",
        .object(
            declarationFields + [
                .must("deployment_id", .id), .must("status", .word(DeploymentStatus.running)),
                .must("generation", .count(1)), .must("replicas_ready", .count(2)),
                .must("replicas_desired", .count(2)), .must("unplaced_replicas", .count(0)),
                .may("rollout", .named(rollout)), .must("instances", .list(.named(instance))),
                .must("conditions", .list(.named(condition))), .must("assignments", .list(assignment)),
                .may("last_reported", .time), .must("created_at", .time), .must("updated_at", .time),
                .may("usage_summary", .named(usageSummary)),
            ]))

    static let revision = Component(
        "Revision",
        .object([
            .must("revision", .count(1)), .must("current", .flag(true)), .must("replicas", .count(2)),
            .must("image", .text("nginx:1.27")),
            .may("pinned_image", .text("docker.io/library/nginx@sha256:00")),
            .must("pinned", .flag(false)), .must("cause", .text("declared")),
            .may("restored_from", .count(1)),
            .must("created_at", .time),
        ]))

    static let deploymentComponents = [
        declaration, declarationPatch, rollout, deploymentCreated, deploymentSummary, deployment, revision,
    ]
}
