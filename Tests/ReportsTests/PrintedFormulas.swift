import Foundation

/// Turns printed formulas into the calculator's notation.
enum PrintedFormulas {
    /// Plain text: raised digits, eˣ, √, thin spaces.
    static func fromPlainText(_ text: String) -> String {
        var result = ""
        let raised: [Character: Character] = [
            "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-", "⁺": "+",
            "⁽": "(", "⁾": ")", "⁼": "=",
        ]
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            if raised[characters[index]] != nil {
                var digits = ""
                while index < characters.count {
                    guard let plain = raised[characters[index]] else { break }
                    digits.append(plain)
                    index += 1
                }
                result += "^(\(digits))"
                continue
            }
            if characters[index] == "^", index + 1 < characters.count, characters[index + 1] == "{" {
                var depth = 0
                var inside = ""
                index += 1
                repeat {
                    if characters[index] == "{" { depth += 1 }
                    if characters[index] == "}" { depth -= 1 }
                    inside.append(characters[index])
                    index += 1
                } while depth > 0 && index < characters.count
                result += "^(\(fromPlainText(String(inside.dropFirst().dropLast()))))"
                continue
            }
            result.append(characters[index])
            index += 1
        }
        return finished(result)
    }

    private static func finished(_ text: String) -> String {
        var text = text.replacing("√(", with: "sqrt(")
        while let root = text.firstIndex(of: "√") {
            let start = text.index(after: root)
            let digits = text[start...].prefix { $0.isNumber || $0 == "." }
            text.replaceSubrange(root..<digits.endIndex, with: "sqrt(\(digits))")
        }
        // eˣ is no number to a power but the exponential.
        var result = ""
        var rest = text[...]
        while let place = rest.firstRange(of: "e^(") {
            let before = rest[..<place.lowerBound]
            result += before
            result += before.last?.isLetter == true ? "e^(" : "exp("
            rest = rest[place.upperBound...]
        }
        return result + rest
    }

    /// LaTeX with fractions, roots, fences and powers.
    static func fromLaTeX(_ latex: String) -> String {
        var rest = latex[...]
        return finished(translated(&rest, until: nil))
    }

    private static func group(_ rest: inout Substring) -> String {
        while rest.first == " " { rest.removeFirst() }
        guard rest.first == "{" else { return rest.popFirst().map(String.init) ?? "" }
        rest.removeFirst()
        return translated(&rest, until: "}")
    }

    private static func translated(_ rest: inout Substring, until end: Character?) -> String {
        var result = ""
        while let character = rest.first {
            if character == end {
                rest.removeFirst()
                return result
            }
            rest.removeFirst()
            switch character {
            case "{": result += translated(&rest, until: "}")
            case "^":
                let raised = group(&rest)
                result += raised == "T" ? "ᵀ" : "^(\(raised))"
            case "&", "~": continue
            case "\\":
                let name = rest.prefix { $0.isLetter && $0.isASCII }
                guard !name.isEmpty else {
                    let next = rest.popFirst()
                    if next != ",", next != "\\" { result.append(next ?? " ") }
                    continue
                }
                rest = rest.dropFirst(name.count)
                switch name {
                case "frac": result += "((\(group(&rest)))/(\(group(&rest))))"
                case "sqrt": result += "sqrt(\(group(&rest)))"
                case "times": result += "×"
                case "cdot": result += "·"
                case "left", "right", "quad", "lvert", "rvert": if name.hasSuffix("vert") { result += "|" }
                case "sigma": result += "σ"
                case "operatorname", "mathrm", "text": result += group(&rest)
                case "begin":
                    let kind = group(&rest)
                    let body = rest.prefix(upTo: rest.firstRange(of: "\\end{\(kind)}")?.lowerBound ?? rest.endIndex)
                    rest = rest.dropFirst(body.count + "\\end{\(kind)}".count)
                    result += matrix(
                        body.components(separatedBy: #" \\ "#).map { row in
                            row.components(separatedBy: " & ").map { entry in
                                var entry = entry[...]
                                return translated(&entry, until: nil)
                            }
                        })
                case "approx": result += "≈"
                default: result += String(name)
                }
            default: result.append(character)
            }
        }
        return result
    }

    fileprivate static func matrix(_ rows: [[String]]) -> String {
        "[" + rows.map { $0.joined(separator: ", ") }.joined(separator: "; ") + "]"
    }

    /// A `math` element of MathML.
    static func fromMathML(_ markup: String) throws -> String {
        finished(try MathMLFold.text(of: markup, \.sum))
    }
}

extension MathMLFold.Element {
    /// As `Calculator` reads it.
    fileprivate var sum: String {
        switch name {
        case "mfrac": "((\(parts[0]))/(\(parts[1])))"
        case "msup": parts[1] == "T" ? "\(parts[0])ᵀ" : "\(parts[0])^(\(parts[1]))"
        case "mtable": parts.joined(separator: "; ")
        case "mtr": parts.joined(separator: ", ")
        case "msqrt": "sqrt(\(parts.joined()))"
        case "mn", "mi", "mo": text
        case "mspace": ""
        case "mtext": text
        default: parts.joined()
        }
    }
}
