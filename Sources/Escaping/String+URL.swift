extension String {
    /// This path, percent-encoded as the target of a link: letters, digits and - . _ ~ / stay, every other byte is encoded.
    ///
    /// A relative path stays relative whatever its folders are called: an unencoded colon would start a scheme, and two slashes would start
    /// a host, so repeated slashes become one.
    package var percentEncodedPath: String {
        var text = ""
        var last: UInt8?
        for byte in utf8 {
            defer { last = byte }
            switch byte {
            case UInt8(ascii: "/") where last == byte: continue
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
