/// A tag as its bytes: drawings are long, and characters would be slow.
extension ArraySlice<UInt8> {
    func begins(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { elementsEqual($0, from: startIndex) }
    }

    func ends(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { elementsEqual($0, from: endIndex - $0.count) }
    }

    private func elementsEqual(_ other: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        for (offset, byte) in other.enumerated() where self[start + offset] != byte { return false }
        return true
    }

    /// The value of an attribute.
    func value(of name: String) -> ArraySlice<UInt8>? { attributes.first { $0.name.elementsEqual(name.utf8) }?.value }

    /// The attributes of a tag, in order.
    var attributes: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        var found: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        var rest = self
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")), equals + 1 < endIndex, self[equals + 1] == UInt8(ascii: "\"") {
            let space = self[rest.startIndex..<equals].lastIndex { $0 == UInt8(ascii: " ") }
            let value = self[(equals + 2)...]
            guard let end = value.firstIndex(of: UInt8(ascii: "\"")) else { break }
            found.append((self[(space.map { $0 + 1 } ?? rest.startIndex)..<equals], value[..<end]))
            rest = value[(end + 1)...]
        }
        return found
    }

    /// Decimals past the given place rounded away, within paths and coordinates.
    func roundedNumbers(decimals: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var rest = self
        while let first = rest.first {
            let number = rest.prefix(while: \.isPartOfNumber)
            if number.isEmpty {
                text.append(first)
                rest = rest.dropFirst()
            } else {
                number.appendRounded(decimals: decimals, to: &text)
                rest = rest[number.endIndex...]
            }
        }
        return text
    }

    /// A decimal number, half rounded away from zero, without zeros at the end where it was rounded.
    private func appendRounded(decimals: Int, to text: inout [UInt8]) {
        guard let point = firstIndex(of: UInt8(ascii: ".")), endIndex - point - 1 > decimals else {
            text += self
            return
        }
        let zero = UInt8(ascii: "0")
        let isNegative = first == UInt8(ascii: "-")
        var digits = [zero] + self[(isNegative ? startIndex + 1 : startIndex)..<point] + self[(point + 1)...(point + decimals)]
        if self[point + decimals + 1] >= UInt8(ascii: "5") {
            var place = digits.count - 1
            while digits[place] == UInt8(ascii: "9") {
                digits[place] = zero
                place -= 1
            }
            digits[place] += 1
        }
        var fraction = digits.suffix(decimals)
        while fraction.last == zero { fraction.removeLast() }
        var whole = digits.dropLast(decimals).drop { $0 == zero }
        if whole.isEmpty { whole = [zero] }
        if isNegative, !fraction.isEmpty || whole.first != zero { text.append(UInt8(ascii: "-")) }
        text += whole
        if !fraction.isEmpty {
            text.append(UInt8(ascii: "."))
            text += fraction
        }
    }
}

extension String {
    /// Lengths within a style with three decimals; colours are left alone.
    var roundedLengths: String {
        split(separator: ";").map { part in
            part.contains("rgb") ? String(part) : String(decoding: Array(part.utf8)[...].roundedNumbers(decimals: 3), as: UTF8.self)
        }.joined(separator: ";")
    }
}

extension UInt8 {
    fileprivate var isPartOfNumber: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
