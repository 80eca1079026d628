import EventLoop
import Model

/// A copy of the database over HTTP.
@LoopActor
enum BackupRoutes {
    static func routes(_ service: BackupService) -> [APIRoute] {
        [
            APIRoute(
                .post, "/api/v1/backup", .operators(.clusterManage), bodyLimit: 0,
                deadlineMilliseconds: ControlPlaneLimits.backupMilliseconds, isRepeatable: false
            ) { (call) throws(Refusal) in try service.backUp(call) }
        ]
    }
}
