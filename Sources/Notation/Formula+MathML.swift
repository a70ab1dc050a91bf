import Escaping

extension Formula {
    /// As an inline `math` element of MathML Core; roles become classes.
    package var mathML: String { "<math>\(mathMLContent)</math>" }

    /// The same as a displayed formula.
    package var displayMathML: String { #"<math display="block">\#(mathMLContent)</math>"# }

    private var mathMLContent: String {
        switch self {
        case .symbol(let text, let style): return MathML.symbol(text, style)
        case .number(let numeral): return MathML.number(numeral)
        case .words(let text): return "<mtext>\(MathML.keepingSpaces(text).escapedForHTML)</mtext>"
        case .sign(let sign): return MathML.sign(sign)
        case .row(let parts): return Self.mathML(ofRow: parts)
        case .fraction(let above, let below): return "<mfrac>\(above.mathMLContent)\(below.mathMLContent)</mfrac>"
        case .scripts(let base, let sub, let sup):
            switch (sub, sup) {
            case (let sub?, let sup?):
                return "<msubsup>\(base.mathMLContent)\(sub.mathMLContent)\(sup.mathMLContent)</msubsup>"
            case (let sub?, nil): return "<msub>\(base.mathMLContent)\(sub.mathMLContent)</msub>"
            case (nil, let sup?): return "<msup>\(base.mathMLContent)\(sup.mathMLContent)</msup>"
            case (nil, nil): return base.mathMLContent
            }
        case .primed(let base, let count):
            return "<msup>\(base.mathMLContent)<mo>\(String(repeating: "′", count: max(count, 0)))</mo></msup>"
        case .accented(let base, let accent):
            return #"<mover accent="true">\#(base.mathMLContent)<mo stretchy="\#(base.plainText.count > 1)">\#(accent.mark)</mo></mover>"#
        case .root(let inside): return "<msqrt>\(inside.mathMLContent)</msqrt>"
        case .fenced(let fence, let inside):
            let (left, right) = (
                MathML.fence(fence.left, "prefix", stretches: inside.isTall), MathML.fence(fence.right, "postfix", stretches: inside.isTall)
            )
            return "<mrow>\(left)\(inside.mathMLContent)\(right)</mrow>"
        case .large(let sign, let below, let above):
            let operation = #"<mo largeop="true" movablelimits="false">\#(sign.rawValue)</mo>"#
            switch (below, above) {
            case (let below?, let above?):
                return "<munderover>\(operation)\(below.mathMLContent)\(above.mathMLContent)</munderover>"
            case (let below?, nil): return "<munder>\(operation)\(below.mathMLContent)</munder>"
            case (nil, let above?): return "<mover>\(operation)\(above.mathMLContent)</mover>"
            case (nil, nil): return operation
            }
        case .matrix(let rows):
            return
                "<mrow>\(MathML.fence("[", "prefix"))\(MathML.table(rows.map { $0.map(\.mathMLContent) }))\(MathML.fence("]", "postfix"))</mrow>"
        case .transposed(let base): return #"<msup>\#(base.mathMLContent)<mi mathvariant="normal">T</mi></msup>"#
        case .role(let role, let inside): return #"<mrow class="\#(role)">\#(inside.mathMLContent)</mrow>"#
        case .place(_, let inside): return inside.mathMLContent
        }
    }

    /// Whether fences around it must stretch. Otherwise they must not, since browsers then add space even around a single letter.
    private var isTall: Bool {
        switch self {
        case .fraction, .large, .matrix: true
        case .row(let parts): parts.contains(where: \.isTall)
        case .scripts(let base, let sub, let sup): base.isTall || sub?.isTall == true || sup?.isTall == true
        case .primed(let inside, _), .accented(let inside, _), .root(let inside), .fenced(_, let inside), .transposed(let inside),
            .role(_, let inside), .place(_, let inside):
            inside.isTall
        case .symbol, .number, .words, .sign: false
        }
    }

    private static func mathML(ofRow parts: [Formula]) -> String {
        var text = "<mrow>"
        for (index, part) in parts.enumerated() {
            if index > 0, parts[index - 1].isFunctionName || part.isFunctionName, gaps(in: parts)[index] == .thin {
                text += #"<mspace width="0.1667em"></mspace>"#
            }
            if case .sign(let sign) = part, isPrefix(sign, after: parts[..<index]) {
                text += #"<mo form="prefix">\#(sign.rawValue)</mo>"#
            } else {
                text += part.mathMLContent
            }
        }
        return text + "</mrow>"
    }
}

enum MathML {
    /// With spaces at the ends made non-breaking, since MathML trims others.
    static func keepingSpaces(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == " " { scalars[0] = "\u{A0}" }
        if scalars.last == " " { scalars[scalars.count - 1] = "\u{A0}" }
        return String(scalars: scalars)
    }

    static func symbol(_ text: String, _ style: Formula.Style) -> String {
        let body = text.escapedForHTML
        if style != .bold, !text.isEmpty, text.allSatisfy(\.isNumber) { return "<mn>\(body)</mn>" }
        switch style {
        case .italic:
            return text.count == 1 ? "<mi>\(body)</mi>" : #"<mi style="font-style:italic">\#(body)</mi>"#
        case .upright: return text.count == 1 ? #"<mi mathvariant="normal">\#(body)</mi>"# : "<mi>\(body)</mi>"
        case .bold: return #"<mi mathvariant="normal" style="font-weight:bold">\#(body)</mi>"#
        }
    }

    static func number(_ numeral: Numeral) -> String {
        var body = numeral.magnitude.map { "<mn>\($0)</mn>" } ?? ""
        if let exponent = numeral.exponent {
            let raised = exponent < 0 ? "<mrow><mo form=\"prefix\">−</mo><mn>\(exponent.magnitude)</mn></mrow>" : "<mn>\(exponent)</mn>"
            body += (body.isEmpty ? "" : "<mo>×</mo>") + "<msup><mn>10</mn>\(raised)</msup>"
        }
        if numeral.isNegative { return "<mrow><mo form=\"prefix\">−</mo>\(body)</mrow>" }
        return numeral.exponent == nil ? body : "<mrow>\(body)</mrow>"
    }

    static func sign(_ sign: Formula.Sign) -> String {
        switch sign.spacing {
        case .tight: #"<mo lspace="0" rspace="0">\#(sign.rawValue.escapedForHTML)</mo>"#
        case .relation, .binary, .punctuation: "<mo>\(sign.rawValue.escapedForHTML)</mo>"
        }
    }

    static func fence(_ text: String, _ form: String, stretches: Bool = true) -> String {
        #"<mo fence="true" stretchy="\#(stretches)" form="\#(form)">\#(text.escapedForHTML)</mo>"#
    }

    static func table(_ rows: [[String]]) -> String {
        "<mtable>" + rows.map { "<mtr>" + $0.map { "<mtd>\($0)</mtd>" }.joined() + "</mtr>" }.joined() + "</mtable>"
    }
}

extension Formula.Accent {
    package var mark: String {
        switch self {
        case .hat: "^"
        case .bar: "¯"
        case .tilde: "~"
        }
    }
}
