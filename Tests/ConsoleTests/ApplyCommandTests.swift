import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct ApplyCommandTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func filesBecomeOneDocument() throws {
        let document = try ApplyDocument([
            ("a.json", Self.bytes(#"{"items":[{"kind":"deployment","name":"web"}]}"#)),
            ("b.json", Self.bytes(#"[{"kind":"config","name":"app"}]"#)),
            ("-", Self.bytes(#"{"kind":"ingress_route","host":"a.b"}"#)),
        ])
        #expect(
            String(decoding: document.body, as: UTF8.self)
                == #"{"items":[{"kind":"deployment","name":"web"},{"kind":"config","name":"app"},"#
                + #"{"kind":"ingress_route","host":"a.b"}]}"#)
        let failure = document.naming(
            ConsoleFailure(
                .refused(status: 422), "2 fields are not valid",
                details: [
                    FieldFault(field: "items[1].entries", message: "an array is expected"),
                    FieldFault(field: "items[2].deployment", message: "is required"),
                ]))
        #expect(
            failure.details.map(\.field) == [
                "items[1].entries (b.json: config/app)", "items[2].deployment (ingress_route/a.b)",
            ])
    }

    @Test func yamlMeansWhatJSONMeans() throws {
        let text = """
            kind: deployment
            name: web
            labels: &own {app: shop, country: no}
            replicas: 2
            ---
            ---
            - {kind: config, name: app, labels: *own, entries: [{key: "A", value: "1"}]}
            - kind: config
              name: other
              files:
                - path: /a
                  mode: 0400
                  reload: none
                  content: |
                    port: 80
                - {path: /b, content: b, reload: signal, signal: SIGUSR1}

            """
        let document = try ApplyDocument([("shop.yaml", Self.bytes(text))])
        let expected = #"""
            {"items":[{"kind":"deployment","name":"web","labels":{"app":"shop","country":"no"},"replicas":2},\#
            {"kind":"config","name":"app","labels":{"app":"shop","country":"no"},"entries":[{"key":"A","value":"1"}]},\#
            {"kind":"config","name":"other","files":[{"path":"/a","mode":"0400","reload":"none","content":"port: 80\n"},\#
            {"path":"/b","content":"b","reload":"signal","signal":"SIGUSR1"}]}]}
            """#
        #expect(String(decoding: document.body, as: UTF8.self) == expected)
        #expect(throws: ConsoleFailure.self) { try ApplyDocument([("-", Self.bytes("a: [1"))]) }
        #expect(throws: ConsoleFailure.self) { try ApplyDocument([("-", Self.bytes("a: 1\na: 2"))]) }
    }

    @Test func aFileThatIsNoJSONSaysWhere() {
        do {
            _ = try ApplyDocument([("a.json", Self.bytes("{\n  nope\n}"))])
            Issue.record("it was taken")
        } catch let failure as ConsoleFailure {
            #expect(failure.exitCode == 2)
            #expect(failure.message.contains("'a.json' is not JSON") && failure.message.contains("line 2"))
        } catch {
            Issue.record(error)
        }
    }

    @Test func theQueryFollowsTheFlags() throws {
        let command = try #require(
            try Fledx.parseAsRoot([
                "apply", "-f", "a.json", "--prune", "-l", "app=shop", "--dry-run", "--require-placement",
            ]) as? Apply)
        #expect(command.query == "?dry_run=true&require_placement=true&prune=true&label=app%3Dshop")
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["apply"]) }
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["apply", "-f", "a", "--prune"]) }
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["apply", "-f", "a", "-l", "a=b"]) }
    }

    @Test func whatBecameOfEachIsALineWithItsFieldsBelow() {
        var changed = AppliedItem(kind: .config, name: "app", action: .changed, id: "1")
        changed.changes = [
            AppliedChange(field: "entries[A].value", from: "1", to: "2"),
            AppliedChange(field: "entries[B]", from: nil, to: .object(["key": "B", "value": "3"])),
            AppliedChange(field: "labels.team", from: "a", to: nil),
        ]
        changed.changesLeftOut = 2
        var hidden = AppliedItem(kind: .registryCredential, name: "ghcr.io", action: .changed)
        hidden.changes = [AppliedChange(field: "password", from: nil, to: nil)]
        var created = AppliedItem(kind: .deployment, name: "web", action: .created)
        created.unplacedReplicas = 2
        created.unplacedReasons = ["no node is registered"]
        let gone = AppliedItem(kind: .ingressRoute, name: "a.b/", action: .pruned)
        let expected = """
            deployment/web created (dry run)
              ! 2 replicas without a node: no node is registered
            config/app changed (dry run)
              entries[A].value: "1" -> "2"
              entries[B]: (none) -> {"key":"B","value":"3"}
              labels.team: "a" -> (none)
              … and 2 more
            registry_credential/ghcr.io changed (dry run)
              password: changed
            ingress_route/a.b/ pruned (dry run)
            1 created, 2 changed, 0 unchanged, 1 pruned (dry run)

            """
        #expect(
            ApplyText.result(ApplyResult(dryRun: true, items: [created, changed, hidden, gone])) == expected)
    }
}
