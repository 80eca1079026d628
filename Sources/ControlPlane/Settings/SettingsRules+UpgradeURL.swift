import Model

extension SettingsRules {
    /// Where operators of agents outside the window find another one; it is sent as a header, so it must fit there.
    static func upgradeURL(_ values: SettingsValues, _ problems: inout [String]) -> String? {
        let key = "FLEDX_CP_COMPATIBILITY_UPGRADE_URL"
        guard let text = values.text(key) else { return nil }
        let isPlain =
            text.utf8.count <= ControlPlaneLimits.upgradeURLBytes
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        if isPlain, text.hasPrefix("https://") || text.hasPrefix("http://") { return text }
        problems.append(
            "\(key): an http or https URL of at most \(ControlPlaneLimits.upgradeURLBytes) visible ASCII "
                + "characters is expected")
        return nil
    }
}
