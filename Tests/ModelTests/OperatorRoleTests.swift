import Model
import Testing

@Suite struct OperatorRoleTests {
    @Test(arguments: [
        ("admin", OperatorRole.admin), ("Admin", .admin), ("OPERATOR", .operator), ("read_only", .readOnly),
        ("read-only", .readOnly), ("ReadOnly", .readOnly),
    ])
    func rolesAreReadAsPeopleWriteThem(text: String, role: OperatorRole) {
        #expect(OperatorRole(text: text) == role)
    }

    @Test func anythingElseIsNoRole() {
        for text in ["", "root", "read only", "admin "] { #expect(OperatorRole(text: text) == nil) }
    }

    @Test func adminsMayEverythingAndReadersOnlyLook() {
        #expect(OperatorRole.admin.scopes == Set(OperatorScope.allCases))
        #expect(
            Set(OperatorScope.allCases).subtracting(OperatorRole.operator.scopes)
                == [.nodeTokenRotate, .registrationTokenManage, .operatorTokenManage, .clusterManage])
        let reading = OperatorRole.readOnly.scopes
        #expect(reading.isSubset(of: OperatorRole.operator.scopes))
        #expect(reading.allSatisfy { $0.rawValue.hasSuffix(".read") })
        #expect(!reading.contains(.deploymentLogs))
        #expect(reading.contains(.eventRead) && reading.contains(.auditLogRead))
    }

    @Test func eventPlacesReadBackAsTheyAreWritten() {
        let epoch = Epoch(UUIDValue(randomHigh: 7, randomLow: 9))
        let place = EventID(epoch: epoch, sequence: 41)
        #expect(EventID("\(place)") == place)
        for text in [
            "", "\(epoch)", "\(epoch)-", "\(epoch)-x", "\(epoch)--1", "\(epoch)-99999999999999999999",
        ] {
            #expect(EventID(text) == nil, "\(text)")
        }
    }
}
