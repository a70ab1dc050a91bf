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
    /// An array of numbers, on one line.
    case numbers([Double])

    package static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(members.map { Member(key: $0.key, value: $0.value) })
    }

    package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}

extension JSON {
    /// The text, with a final newline. Numbers read back exactly; NaN and infinities are written as the strings "nan", "inf", "-inf".
    package var text: String {
        var text = ""
        write { text += $0 }
        return text
    }

    /// Writes the text part by part, so that only one part is in memory.
    package func write<Failure: Error>(to put: (String) throws(Failure) -> Void) throws(Failure) {
        var text = ""
        try write(to: &text, indent: 0, put)
        try put(text + "\n")
    }

    /// Writes an object with one array whose elements are computed while they are written. None of them is a plain value.
    package static func write<Failure: Error>(
        _ before: [Member], _ key: String, elements: some Sequence<JSON>, _ after: [Member],
        to put: (String) throws(Failure) -> Void
    ) throws(Failure) {
        var text = "{"
        func begin(_ key: String, isFirst: Bool) {
            text += isFirst ? "\n  " : ",\n  "
            Self.write(key, to: &text)
            text += ": "
        }
        func add(_ members: [Member], isFirst: Bool) throws(Failure) {
            for (index, member) in members.enumerated() {
                begin(member.key, isFirst: isFirst && index == 0)
                try member.value.write(to: &text, indent: 1, put)
            }
        }
        try add(before, isFirst: true)
        begin(key, isFirst: before.isEmpty)
        text += "["
        var isEmpty = true
        for element in elements {
            text += isEmpty ? "\n    " : ",\n    "
            try element.write(to: &text, indent: 2, put)
            isEmpty = false
        }
        text += isEmpty ? "]" : "\n  ]"
        try add(after, isFirst: false)
        try put(text + "\n}\n")
    }

    private static let part = 1 << 16

    private func write<Failure: Error>(
        to text: inout String, indent: Int, _ put: (String) throws(Failure) -> Void
    ) throws(Failure) {
        if text.utf8.count > Self.part {
            try put(text)
            text = ""
        }
        switch self {
        case .object(let members):
            if members.isEmpty {
                text += "{}"
                return
            }
            // Objects with only plain values go on one line.
            let isFlat = indent > 0 && members.allSatisfy { $0.value.isPlain }
            let separator = isFlat ? " " : "\n" + String(repeating: "  ", count: indent + 1)
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                if !isFlat || index > 0 { text += separator }
                Self.write(member.key, to: &text)
                text += ": "
                try member.value.write(to: &text, indent: indent + 1, put)
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
                try value.write(to: &text, indent: indent + 1, put)
            }
            text += isFlat ? "]" : "\n" + String(repeating: "  ", count: indent) + "]"
        case .numbers(let numbers):
            text += "["
            for (index, number) in numbers.enumerated() {
                if index > 0 { text += ", " }
                Self.write(number, to: &text)
                if text.utf8.count > Self.part {
                    try put(text)
                    text = ""
                }
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
