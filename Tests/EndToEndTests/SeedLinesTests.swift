import EventLoop
import Foundation
import TestKit
import Testing

/// The product description's lines, word for word, in a network namespace where every port is free.
@Suite(.mayBlock, .serialized) struct SeedLinesTests {
    @Test func theDescribedLinesWorkAsWritten() throws {
        guard geteuid() == 0, PrivateDocker.path(of: "ip") != nil else {
            return TestEnvironment.skip("the seed's lines need root and iproute2 for a network namespace")
        }
        let folder = try TemporaryFolder()
        let namespace = "fledx-e2e-\(SystemInfo.processID)"
        #expect(try Child.run("/sbin/ip", ["netns", "add", namespace]).code == 0)
        defer { _ = try? Child.run("/sbin/ip", ["netns", "del", namespace]) }
        let programs = URL(fileURLWithPath: Child.built("fledx")).deletingLastPathComponent().path
        let script = folder.path("lines.sh")
        try Self.lines.write(toFile: script, atomically: true, encoding: .utf8)
        let child = try Child(
            "/sbin/ip", ["netns", "exec", namespace, "bash", script],
            environment: ["PATH": "\(programs):/usr/bin:/bin:/usr/sbin:/sbin", "HOME": folder.path],
            folder: folder.path)
        let result = try child.wait(seconds: 90)
        #expect(result.code == 0, "\(result.output.suffix(3000))\n\(result.errors.suffix(3000))")
        #expect(result.output.contains("all lines done"))
    }

    /// `set -x` shows the failing line; `fledx-cp` and `fledx-agent` are ended by pid.
    static let lines = #"""
        set -euxo pipefail
        ip link set lo up
        fledx-cp >cp.log 2>&1 &
        cp=$!
        agent=""
        trap 'kill $cp $agent 2>/dev/null; wait' EXIT
        for i in $(seq 200); do curl -fs http://localhost:8080/livez && break; read -t 0.05 </dev/zero || true; done
        set -a; . ./fledx.db.secrets; set +a

        export FLEDX_CLI_CONTROL_PLANE_URL=http://localhost:8080
        export FLEDX_CLI_OPERATOR_TOKEN=$FLEDX_CP_OPERATOR_TOKENS
        export FLEDX_CLI_REGISTRATION_TOKEN=$FLEDX_CP_REGISTRATION_TOKEN
        fledx nodes register --name edge-node-1 >node.txt
        export FLEDX_AGENT_CONTROL_PLANE_URL=http://localhost:8080
        export FLEDX_AGENT_NODE_ID=$(sed -n 's/^node_id: //p' node.txt)
        export FLEDX_AGENT_NODE_TOKEN=$(sed -n 's/^node_token: //p' node.txt)
        FLEDX_AGENT_DATA_DIR=$PWD/agent FLEDX_AGENT_DOCKER_HOST=unix://$PWD/no-docker.sock \
            FLEDX_AGENT_LABELS=region=eu,zone=west FLEDX_AGENT_ARCH=x86_64 FLEDX_AGENT_OS=linux \
            FLEDX_AGENT_HEARTBEAT_INTERVAL_SECS=30 FLEDX_AGENT_RECONCILE_INTERVAL_SECS=10 \
            FLEDX_AGENT_CAPACITY_CPU_MILLIS=4000 FLEDX_AGENT_CAPACITY_MEMORY_BYTES=8589934592 \
            FLEDX_AGENT_METRICS_HOST=127.0.0.1 FLEDX_AGENT_METRICS_PORT=9091 fledx-agent >agent.log 2>&1 &
        agent=$!

        fledx deployments create \
          --name nginx-demo \
          --image nginx:latest \
          --replicas 2 \
          --port 80
        fledx deployments status nginx-demo
        timeout 2 fledx deployments status nginx-demo --watch || test $? = 124
        fledx deployments create \
          --name myapp \
          --image myapp:v1.0 \
          --replicas 3 \
          --port 8080 \
          --env KEY=value
        fledx deployments update myapp --image myapp:v1.1
        fledx deployments update myapp --replicas 5
        fledx deployments list
        fledx deployments status myapp
        echo 'port: 80' >config.yaml
        fledx configs create myconfig --from-file ./config.yaml
        fledx configs list
        fledx configs get myconfig | grep -q /etc/myconfig/config.yaml
        fledx configs delete myconfig
        fledx nodes list
        fledx nodes get edge-node-1
        fledx metrics query --node edge-node-1
        fledx usage get --deployment myapp
        fledx metrics summary
        curl -fsS http://localhost:8080/metrics >metrics.txt
        grep -q '^# TYPE' metrics.txt
        curl -fsS http://localhost:8080/health
        for i in $(seq 200); do curl -fs http://localhost:9091/healthz && break; read -t 0.05 </dev/zero || true; done
        curl -fsS http://localhost:9091/metrics >metrics.txt
        grep -q '^# TYPE' metrics.txt
        fledx deployments delete myapp
        fledx deployments delete nginx-demo
        kill $agent; wait $agent
        agent=""
        fledx nodes delete edge-node-1
        fledx-cp --migrations-dry-run
        kill $cp; wait $cp
        trap - EXIT

        export FLEDX_CP_SERVER_HOST=0.0.0.0
        export FLEDX_CP_SERVER_PORT=8080
        export FLEDX_CP_DATABASE_URL=sqlite://./fledx.db
        export RUST_LOG=debug,hyper=info
        fledx-cp --json-logs >cp2.log 2>&1 &
        cp=$!
        trap 'kill $cp; wait' EXIT
        for i in $(seq 200); do curl -fs http://localhost:8080/livez && break; read -t 0.05 </dev/zero || true; done
        curl -fsS http://localhost:8080/health
        head -1 cp2.log | grep -q '^{'
        echo all lines done
        """#
}
