package import Autodiff
import Escaping
import NeuralNetworks
import Notation

extension Trace {
    /// The trace as a table for people: every value with its gradient, one line for each row of a tensor, at most 100 columns.
    /// - Parameter scalar: the scalar whose products are listed below the table, if any.
    package func text(productsOf scalar: ScalarID? = nil) -> String {
        var text = title.map { "\(Printable.text($0).shortened(to: TextTable.width))\n" } ?? ""
        text += "\(lowered == nil ? resultName : "loss") = \(Numeral(loss, digits: 8).text)\n\n"
        let symbols = Symbols(self)
        let rows = (sourceNames + valueNames.filter { tape[$0.1].isResult }).flatMap { tableRows($0, $1, symbols) }
        // Values and gradients share the width that names and symbols leave.
        let head = [\Row.name, \.place, \.symbols].reduce(8) { width, path in width + (rows.map { $0[keyPath: path].count }.max() ?? 0) }
        let room = max((TextTable.width - max(head, 24)) / 2, 12)
        var table = TextTable([("tensor", .left), ("at", .left), ("symbols", .left), ("value", .left), ("gradient", .left)])
        for row in rows {
            guard let range = row.range else {
                table.add(["", "", "", row.more, ""])
                continue
            }
            let gradients = tape[row.id].origin == .source(.constant) ? "" : numbers(pass.gradient(row.id).scalars[range], room)
            table.add([row.name, row.place, row.symbols, numbers(pass.value(row.id).scalars[range], room), gradients])
        }
        text += table.text
        text += updateText
        if let scalar { text += productText(of: scalar) }
        return text
    }

    private var resultName: String {
        if case .expression(let lowered) = subject, let last = lowered.program.lines.last { last.name } else { "loss" }
    }

    /// The input, the parameters and the targets; or an expression's inputs.
    private var sourceNames: [(String, Tape.ID)] {
        let visible = Set(valueNames.map(\.1))
        return tape.allIDs.filter { !tape[$0].isResult && (visible.contains($0) || parameters.contains($0)) }
            .map { (tape[$0].name, $0) }
    }

    private struct Row {
        let id: Tape.ID
        var name = "", place = "", symbols = "", more = ""
        /// The row's scalars in the tensor; nil where rows are left out.
        var range: Range<Int>?
    }

    private func tableRows(_ name: String, _ id: Tape.ID, _ symbols: Symbols) -> [Row] {
        let shape = tape[id].shape
        let length = max(shape.last ?? 1, 1)
        let count = shape.reduce(1, *) / length
        let mostRows = 8
        let rows = (0..<min(count, mostRows)).map { row in
            let range = row * length..<(row + 1) * length
            let place = shape.dropLast().isEmpty ? [] : [Int](shape.dropLast()).index(ofFlat: row)
            return Row(
                id: id, name: row == 0 ? name.shortened(to: 30) : "",
                place: place.isEmpty ? "" : "[\(place.map(String.init).joined(separator: ","))]",
                symbols: Self.names(id, range, symbols).shortened(to: 22), range: range)
        }
        return rows + (count > mostRows ? [Row(id: id, more: "… \(count - mostRows) more rows")] : [])
    }

    /// The symbols of a row's scalars in figures: "w₁, w₂", "w₁ … w₆".
    private static func names(_ id: Tape.ID, _ range: Range<Int>, _ symbols: Symbols) -> String {
        guard symbols.names(id), let last = range.last else { return "" }
        let (first, end) = (symbols(ScalarID(id, range.lowerBound)).plainText, symbols(ScalarID(id, last)).plainText)
        return range.count == 1 ? first : "\(first)\(range.count == 2 ? "," : " …") \(end)"
    }

    /// As many numbers as fit in a column, and how many more there are.
    private func numbers(_ scalars: ArraySlice<Double>, _ room: Int = 29) -> String {
        var text = ""
        for (count, scalar) in scalars.enumerated() {
            let next = (count == 0 ? "" : "  ") + Numeral(scalar).text
            let more = scalars.count - count
            guard text.count + next.count + (more > 1 ? 5 : 0) <= room else { return text + "  … \(more) more" }
            text += next
        }
        return text
    }

    private var updateText: String {
        var text = ""
        var headings: [(String, TextTable.Alignment)] = [("parameter", .left), ("at", .left)]
        var columns: [[Tensor]] = []
        if rule.clipping != nil {
            headings.append(("clipped gradient", .left))
            columns.append(update.clipped)
        }
        if let updated = update.updated {
            headings.append(("after the update", .left))
            columns.append(updated)
        }
        guard !columns.isEmpty else { return "" }
        var table = TextTable(headings)
        for (index, parameter) in trainables.enumerated() {
            let shape = tape[parameter.id].shape
            let length = max(shape.last ?? 1, 1)
            for row in 0..<min(shape.reduce(1, *) / length, 8) {
                table.add(
                    [row == 0 ? parameter.name.shortened(to: 30) : "", shape.count > 1 ? "[\(row)]" : ""]
                        + columns.map { numbers($0[index].scalars[row * length..<(row + 1) * length]) })
            }
        }
        text += "\n" + table.text
        if rule.steps > 1 {
            let losses = update.losses
            let shown =
                losses.count <= 12
                ? losses.map { Numeral($0).text }
                : losses.prefix(5).map { Numeral($0).text } + ["…"] + losses.suffix(5).map { Numeral($0).text }
            text += "\nstep \(rule.steps) of \(rule.steps); the loss by step:\n\(shown.joined(separator: "  "))\n"
        }
        if let after = update.lossAfter { text += "\nloss after the update = \(Numeral(after, digits: 8).text)\n" }
        return text
    }

    /// "w₅, output.weight[0,0]", or one of the two where both are the same.
    package func fullName(of scalar: ScalarID) -> String {
        let (name, address) = (Symbols(self)(scalar).plainText, address(of: scalar))
        return name == address ? name : "\(name), \(address)"
    }

    private func productText(of scalar: ScalarID) -> String {
        let contributions = pass.contributions(to: scalar.tensor, scalar.index)
        let gradient = pass.gradient(scalar.tensor).scalars[scalar.index]
        var text = "\nThe products behind the gradient of \(fullName(of: scalar)), \(Numeral(gradient, digits: 8).text)\n"
        var table = TextTable([
            ("through", .left), ("operand", .right), ("upstream", .right), ("", .left), ("local", .right), ("", .left),
            ("product", .right),
        ])
        for contribution in contributions {
            let line = Arithmetic.product([.number(contribution.upstream), .number(contribution.local)])
                .line(contribution.product)
            table.add([
                address(of: ScalarID(contribution.output, contribution.outputIndex)).shortened(to: 40),
                String(contribution.operand), line.numerals[0].text, "×", line.numerals[1].text,
                line.relation.rawValue, line.result.text,
            ])
        }
        text += table.text
        if contributions.count > 1 { text += "Their sum is the gradient.\n" }
        return text
    }
}

extension Tape.Entry {
    fileprivate var isResult: Bool { if case .result = origin { true } else { false } }
}
