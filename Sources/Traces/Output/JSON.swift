/// JSON as a value whose members keep their order, so that the same trace gives the same bytes.
package indirect enum JSON: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    case object([Member])
    case array([JSON])
    case number(Double)
    case integer(Int)
    case string(String)
    case truth(Bool)
    case null
    /// Many numbers on one line.
    case numbers([Double])

    package static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(members.map { Member(key: $0.key, value: $0.value) })
    }

    package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}

extension JSON {
    /// The text, with a final newline. Numbers read back exactly; NaN and infinities are the strings "nan", "inf", "-inf".
    package var text: String {
        var text = ""
        write(to: &text, indent: 0)
        text += "\n"
        return text
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .object(let members):
            if members.isEmpty {
                text += "{}"
                return
            }
            // What holds only plain values stands on one line.
            let isFlat = indent > 0 && members.allSatisfy { $0.value.isPlain }
            let separator = isFlat ? " " : "\n" + String(repeating: "  ", count: indent + 1)
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                if !isFlat || index > 0 { text += separator }
                Self.write(member.key, to: &text)
                text += ": "
                member.value.write(to: &text, indent: indent + 1)
            }
            text += isFlat ? "}" : "\n" + String(repeating: "  ", count: indent) + "}"
        case .array(let values):
            if values.isEmpty {
                text += "[]"
                return
            }
            let isFlat = values.allSatisfy(\.isPlain)
            let separator = "\n" + String(repeating: "  ", count: indent + 1)
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += isFlat ? ", " : "," }
                if !isFlat { text += separator }
                value.write(to: &text, indent: indent + 1)
            }
            text += isFlat ? "]" : "\n" + String(repeating: "  ", count: indent) + "]"
        case .numbers(let numbers):
            text += "["
            for (index, number) in numbers.enumerated() {
                if index > 0 { text += ", " }
                Self.write(number, to: &text)
            }
            text += "]"
        case .number(let number): Self.write(number, to: &text)
        case .integer(let number): text += String(number)
        case .truth(let truth): text += truth ? "true" : "false"
        case .string(let string): Self.write(string, to: &text)
        case .null: text += "null"
        }
    }

    private var isPlain: Bool {
        switch self {
        case .object, .array: false
        case .number, .integer, .string, .truth, .null, .numbers: true
        }
    }

    private static func write(_ number: Double, to text: inout String) {
        if number.isFinite {
            text += number.description
        } else {
            text += number.isNaN ? "\"nan\"" : number > 0 ? "\"inf\"" : "\"-inf\""
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
