import JSON
import Model

extension ErrorBody {
    /// The body as JSON, its members in the order of the contract.
    func rendered() -> [UInt8] {
        var writer = JSONWriter(reserving: 160)
        writer.beginObject()
        writer.key("error")
        writer.value(error)
        writer.key("code")
        writer.value(code)
        writer.key("request_id")
        writer.value(requestID)
        writer.key("details")
        writer.beginArray()
        for fault in details {
            writer.beginObject()
            writer.key("field")
            writer.value(fault.field)
            writer.key("message")
            writer.value(fault.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [0x0A]
    }
}
