extension String {
    /// This text as a double-quoted YAML scalar on one line.
    package var quotedForYAML: String {
        let text = onOneLine.writing { scalar, text in
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.isText && scalar != "\u{FEFF}" && !scalar.turnsDirection: text.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return "\"\(text)\""
    }
}
