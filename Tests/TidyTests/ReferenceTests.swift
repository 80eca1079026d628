import Agent
import ControlPlane
import Foundation
import Model
import TestKit
import Testing

/// The reference pages come from the code and are compared with it; `UPDATE_GOLDEN=1` writes them anew.
@Suite struct ReferenceTests {
    @Test func theConfigurationPageListsEveryKey() throws {
        let page =
            """
            # Configuration

            Environment variables only, read once at start; an unknown `FLEDX_CP_*` or `FLEDX_AGENT_*` key is an error.
            `--print-config` prints what is in force (secrets hidden), `--check-config` tells every problem at once.
            Logs: `FLEDX_LOG`, or `RUST_LOG`, such as `debug` or `info,hyper=warn`; `--json-logs` for JSON lines.
            The agent goes through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` (`http://`, `socks5h://`, …; names in
            small letters win), except to hosts of `NO_PROXY` and its own machine.
            This page is made from the settings tables; a test keeps it true.


            """ + ControlPlaneSettingsTable.table.reference(title: "fledx-cp") + "\n"
            + AgentSettings.table.reference(title: "fledx-agent") + """

                ## fledx

                | Key | Default | Meaning |
                |---|---|---|
                | `FLEDX_CLI_CONTROL_PLANE_URL` | `http://127.0.0.1:8080` | The control plane. |
                | `FLEDX_CLI_OPERATOR_TOKEN` | | The operator token. |
                | `FLEDX_CLI_OPERATOR_HEADER` | `authorization` | The header that carries it. |
                | `FLEDX_CLI_REGISTRATION_TOKEN` | | For `fledx nodes register`. |
                | `FLEDX_CLI_CA_CERT_PATH` | | PEM file of the authority behind the control plane. |
                | `FLEDX_CLI_CLIENT_CERT_PATH` | | PEM file with a certificate, for a control plane that demands one. |
                | `FLEDX_CLI_CLIENT_KEY_PATH` | | PEM file with the key of that certificate. |

                """
        let file = SourceTree.root.appendingPathComponent("docs/configuration.md")
        if TestEnvironment.updatesGolden { try page.write(to: file, atomically: true, encoding: .utf8) }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(written == page, "docs/configuration.md is not what the tables say; run with UPDATE_GOLDEN=1")
    }
}
