import Notation

extension Substring {
    /// The value of an attribute of a tag.
    func value(of name: String) -> Substring? { attributes.first { $0.name == name }?.value }

    /// The attributes of a tag, in order.
    var attributes: [(name: Substring, value: Substring)] {
        var found: [(Substring, Substring)] = []
        var rest = self
        while let equals = rest.firstRange(of: "=\"") {
            let before = rest[..<equals.lowerBound]
            let start = before.lastIndex { $0 == " " || $0 == "\n" }.map { before.index(after: $0) } ?? before.startIndex
            guard let end = rest[equals.upperBound...].firstIndex(of: "\"") else { break }
            found.append((before[start...], rest[equals.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return found
    }

    /// Decimals past the given place rounded away, within paths and coordinates.
    func roundedNumbers(decimals: Int) -> String {
        var text: [UInt8] = []
        let bytes = Array(utf8)
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index].isPartOfNumber { index += 1 }
            guard index > start else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let number = bytes[start..<index]
            if let point = number.firstIndex(of: UInt8(ascii: ".")), number.endIndex - point - 1 > decimals,
                let value = Double(String(decoding: number, as: UTF8.self))
            {
                text += Array(value.text(decimals: decimals).utf8)
            } else {
                text += number
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension String {
    /// Lengths within a style with two decimals; colours are left alone.
    var roundedLengths: String {
        split(separator: ";").map { part in
            part.contains("rgb") ? String(part) : part.roundedNumbers(decimals: 3)
        }.joined(separator: ";")
    }
}

extension UInt8 {
    fileprivate var isPartOfNumber: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}

extension Double {
    /// With up to so many decimals, without zeros at the end.
    fileprivate func text(decimals: Int) -> String {
        var digits = Numeral(self, decimals: decimals).digits
        while digits.last == "0", digits.contains(".") { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return (self < 0 && digits != "0" ? "-" : "") + digits
    }
}
