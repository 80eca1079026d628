import JSON

extension DeploymentSpecReader {
    static func readVolumes(_ body: inout ObjectReader, _ faults: inout FaultList) -> [VolumeMount] {
        (body.array("volumes", &faults) ?? []).map { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let volume = VolumeMount(
                hostPath: readPath("host_path", &object, &faults) ?? "/",
                containerPath: readPath("container_path", &object, &faults) ?? "/",
                readOnly: object.bool("read_only", &faults) ?? false)
            object.finish(&faults)
            return volume
        }
    }

    static func readMemoryFolders(_ body: inout ObjectReader, _ faults: inout FaultList) -> [MemoryFolder] {
        (body.array("tmpfs", &faults) ?? []).map { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let folder = MemoryFolder(
                path: readPath("path", &object, &faults) ?? "/",
                sizeBytes: object.integer("size_bytes", in: 4096...Int64.max, &faults),
                mode: object.string("mode", &faults))
            if let mode = folder.mode, !isMode(mode) {
                faults.add(object.path(of: "mode"), "three or four octal digits are expected, such as 1777")
            }
            object.finish(&faults)
            return folder
        }
    }

    static func readDevices(_ body: inout ObjectReader, _ faults: inout FaultList) -> [DeviceMapping] {
        (body.array("devices", &faults) ?? []).map { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            var device = DeviceMapping(hostPath: readPath("host_path", &object, &faults) ?? "/")
            if object.value("container_path") != nil {
                device.containerPath = readPath("container_path", &object, &faults)
            }
            device.permissions = object.string("permissions", &faults) ?? device.permissions
            let letters = device.permissions.utf8
            if letters.isEmpty || Set(letters).count != letters.count
                || !letters.allSatisfy({ "rwm".utf8.contains($0) })
            {
                faults.add(object.path(of: "permissions"), "letters of rwm are expected, each at most once")
            }
            object.finish(&faults)
            return device
        }
    }

    /// Two mounts cannot stand in the same place, and nothing can be mounted over the root.
    static func checkTargets(_ spec: ContainerSpec, _ faults: inout FaultList) {
        var owners: [String: String] = [:]
        func take(_ path: String, _ field: String) {
            if path == "/" {
                if !faults.faults.contains(where: { $0.field == field }) {
                    faults.add(field, "must not be the container's root")
                }
            } else if let owner = owners.updateValue(field, forKey: path) {
                faults.add(field, "'\(path)' is also the place of \(owner)")
            }
        }
        for (index, volume) in spec.volumes.enumerated() {
            take(volume.containerPath, "volumes[\(index)].container_path")
        }
        for (index, file) in spec.secretFiles.enumerated() { take(file.path, "secret_files[\(index)].path") }
        for (index, folder) in spec.isolation.tmpfs.enumerated() {
            take(folder.path, "tmpfs[\(index)].path")
        }
    }

    private static func isMode(_ text: String) -> Bool {
        (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
    }
}
