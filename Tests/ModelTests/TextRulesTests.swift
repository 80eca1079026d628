import Model
import Testing

@Suite struct TextRulesTests {
    @Test(arguments: ["a", "web-1", "0x", String(repeating: "a", count: 63)])
    func nameIsAccepted(name: String) { #expect(TextRules.nameFault(name) == nil) }

    @Test(arguments: ["", "-a", "a-", "A", "a_b", "a.b", "ä", String(repeating: "a", count: 64), "a b"])
    func nameIsRefused(name: String) { #expect(TextRules.nameFault(name) != nil) }

    @Test(arguments: [
        "nginx", "nginx:latest", "library/nginx:1.27", "localhost:5000/a/b:tag", "127.0.0.1:5000/x",
        "ghcr.io/org/app@sha256:" + String(repeating: "a", count: 64), "a__b/c-d.e:v_1", "a---b",
        "registry.example.com/team/app:v1.0@sha256:" + String(repeating: "0", count: 64),
    ])
    func imageIsAccepted(image: String) { #expect(TextRules.imageFault(image) == nil) }

    @Test(arguments: [
        "", "Nginx", "nginx:", ":tag", "nginx@sha256:short", "a//b", "/a", "a/", "a..b", "a___b", "a b",
        "nginx:-tag", "http://nginx", "-a", "nginx@" + String(repeating: "a", count: 64), "a/B",
    ])
    func imageIsRefused(image: String) { #expect(TextRules.imageFault(image) != nil) }

    @Test(arguments: [
        "1.2.3.4", "255.255.255.255", "::", "::1", "fe80::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
    ])
    func addressIsAccepted(text: String) { #expect(AddressRules.isIPAddress(text)) }

    @Test(arguments: [
        "", "1.2.3", "256.1.1.1", "01.2.3.4", ":", "1::2::3", "12345::", "1:2:3:4:5:6:7", "x", ":1:2",
    ])
    func addressIsRefused(text: String) { #expect(!AddressRules.isIPAddress(text)) }
}
