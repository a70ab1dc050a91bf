extension String {
    /// This text as a double-quoted YAML scalar, its line breaks as spaces.
    package var quotedForYAML: String { onOneLine.exactlyQuotedForYAML }

    /// This text as a double-quoted YAML scalar on one line, which means all of it.
    package var exactlyQuotedForYAML: String {
        let text = writing { scalar, text in
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.isText && scalar != "\t" && scalar != "\u{FEFF}" && !scalar.breaksLine && !scalar.turnsDirection:
                text.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return "\"\(text)\""
    }
}
