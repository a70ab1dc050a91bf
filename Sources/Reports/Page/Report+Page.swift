import Drawing
import Escaping
import Notation
import Telling
import Traces

extension Report {
    /// A self-contained page: it loads no other files, and all steps can be read without JavaScript.
    func page(_ templates: TemplateShelf, _ drawings: Drawings = Drawings()) -> String {
        let steps = told.indices.map { index in
            var content = content(of: told[index])
            if index < drawings.pictures.count {
                content["picture"] = drawings.pictures[index]
                content["width"] = String(Int(drawings.width.rounded(.up)))
                content["isWide"] = drawings.isWide
                if let middle = drawings.middles.dropFirst(index).first ?? nil { content["middle"] = String(Int(middle.rounded())) }
            }
            return content
        }
        let table = FoundTable(self)
        let notes = Self.notes(notation)
        return templates.render(
            "page",
            [
                "title": title, "description": description ?? "", "hasDescription": description?.isEmpty == false,
                "style": TemplateShelf.style, "colors": Self.variables(drawings.paints),
                "styles": drawings.styles.enumerated().map { ["class": "s\($0)", "style": $1] },
                "script": TemplateShelf.script,
                "definitions": drawings.definitions, "common": drawings.common, "count": String(told.count), "steps": steps,
                "conventions": conventions.map(\.runningHTML), "marks": marks,
                "groups": table.groups.map(\.content),
                "hasUpdates": table.hasUpdates, "columns": table.hasUpdates ? "4" : "3", "symbols": notes.isEmpty ? [] : [notes],
            ])
    }

    /// The CSS variables for the colours of the page and its drawings, with their values for light and dark screens.
    private static func variables(_ paints: [Paint]) -> [[String: Any]] {
        let kinds = ThemeRole.kinds.map(Paint.init)
        return (kinds + paints.filter { !kinds.contains($0) }).compactMap { paint in
            paint.variable.map {
                ["name": $0, "light": Theme.light.color(of: paint).hexadecimal, "dark": Theme.dark.color(of: paint).hexadecimal]
            }
        }
    }

    /// The marks below the slider, one for each step, coloured by phase.
    private var marks: [[String: Any]] {
        told.map { ["number": String($0.number), "phase": $0.step.phase.rawValue, "label": $0.step.question.plainText] }
    }

    /// A sentence that explains the notation.
    private static func notes(_ notation: NotationStyle) -> String {
        switch notation {
        case .automatic: ""
        case .layered:
            "Layered indices: the layer stands above in parentheses; a weight’s subscripts are the units to and from which it leads."
        case .numbered: "Weights are numbered consecutively."
        case .nielsen: "As in Nielsen’s book: a for activations, C for the cost, δ for ∂C/∂z."
        case .chain: "Each weight’s gradient is the product of three factors, beginning with the gradient of the activation."
        case .cs231n: "In the terms of CS231n: upstream × local = downstream gradient."
        }
    }

    private func content(of told: ToldStep) -> [String: Any] {
        let step = told.step
        var content: [String: Any] = [
            "number": String(told.number), "count": String(self.told.count), "phase": step.phase.rawValue,
            "heading": step.phase.heading, "question": step.question.runningHTML,
            "sentence": step.sentence.runningHTML, "hasSentence": !step.sentence.plainText.isEmpty,
            "findings": told.findings.map { self.content(of: $0) }, "isFirst": told.number == 1,
        ]
        if let remainder = told.remainder { content["remainder"] = remainder }
        if let matrix = told.matrix {
            var part: [String: Any] = ["rule": matrix.rule.displayMathML, "remark": matrix.remark.runningHTML]
            if let numbers = matrix.numbers { part["numbers"] = numbers.displayMathML }
            content["matrix"] = part
        }
        return content
    }

    private func content(of told: ToldFinding) -> [String: Any] {
        var content: [String: Any] = [:]
        if let rule = told.rule { content["rule"] = rule.displayMathML }
        if let numbers = told.numbers {
            content["numbers"] = Formula.row([.sign(.equals)] + numbers.parts).displayMathML
        }
        if let stated = told.stated { content["stated"] = stated.runningHTML }
        content["others"] = told.others.map(\.runningHTML)
        if let caption = told.caption { content["caption"] = caption }
        content["hasFactors"] = !told.factors.isEmpty
        content["factors"] = told.factors.map {
            [
                "role": "\($0.role)", "symbol": $0.symbol.inline.mathML, "number": Formula.number($0.number).mathML,
                "caption": $0.caption.runningHTML,
            ]
        }
        content["hasContributions"] = !told.contributions.isEmpty
        content["contributions"] = told.contributions.map {
            [
                "through": $0.through.mathML,
                "formula": Formula.row($0.symbolic.inline.parts + [.sign(.equals)] + $0.formula.parts).mathML,
            ]
        }
        return content
    }
}

extension Formula {
    /// With derivatives written as ∂y/∂x on one line, for running text and tables.
    var inline: Formula {
        switch self {
        case .fraction(let above, let below) where above.parts.first == "∂": .row(above.parts + [.sign(.slash)] + below.parts)
        case .row(let parts): .row(parts.map(\.inline))
        case .role(let role, let inside): .role(role, inside.inline)
        case .place(let key, let inside): .place(key, inside.inline)
        default: self
        }
    }

    /// As HTML: the words as text, which can wrap, and the mathematics between them as MathML.
    var runningHTML: String {
        var text = ""
        var mathematics: [Formula] = []
        func flush() {
            if !mathematics.isEmpty { text += Formula.row(mathematics).mathML }
            mathematics = []
        }
        for part in parts {
            if case .words(let words) = part {
                flush()
                text += words.escapedForHTML
            } else {
                mathematics.append(part.inline)
            }
        }
        flush()
        return text
    }
}
