/// What a ``JSONWriter`` can write as one value.
public protocol JSONWritable {
    /// Writes exactly one value.
    func write(to writer: inout JSONWriter)
}

extension JSONWriter {
    /// Writes any writable value.
    @inlinable
    public mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    /// Writes an array of writable values.
    @inlinable
    public mutating func value(_ values: [some JSONWritable]) {
        beginArray()
        for value in values { value.write(to: &self) }
        endArray()
    }

    /// Writes a name and its value.
    @inlinable
    public mutating func field(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a name and an array.
    @inlinable
    public mutating func field(_ name: StaticString, _ values: [some JSONWritable]) {
        key(name)
        value(values)
    }

    /// Writes a name and its value, or nothing when there is none.
    @inlinable
    public mutating func fieldIfPresent(_ name: StaticString, _ value: (some JSONWritable)?) {
        if let value { field(name, value) }
    }

    /// Writes a name and its value, or the name and `null` when there is none.
    @inlinable
    public mutating func fieldOrNull(_ name: StaticString, _ value: (some JSONWritable)?) {
        key(name)
        if let value { value.write(to: &self) } else { null() }
    }
}

extension String: JSONWritable {
    /// Writes the string.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Bool: JSONWritable {
    /// Writes the boolean.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Double: JSONWritable {
    /// Writes the number, or `null` when it is not finite.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension JSONNode: JSONWritable {
    /// Writes the tree.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension JSONNumber: JSONWritable {
    /// Writes the number's exact text.
    public func write(to writer: inout JSONWriter) { writer.raw(text.utf8) }
}

extension Int: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Int64: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int32: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Int16: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Int8: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension UInt: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(UInt64(self)) }
}

extension UInt64: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension UInt32: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(UInt64(self)) }
}

extension UInt16: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(UInt64(self)) }
}

extension UInt8: JSONWritable {
    /// Writes the integer.
    public func write(to writer: inout JSONWriter) { writer.value(UInt64(self)) }
}
