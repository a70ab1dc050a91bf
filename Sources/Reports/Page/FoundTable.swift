import Autodiff
import NeuralNetworks
import Notation
import Telling
import Traces

/// The table of all values and gradients that the steps compute, each with the step in which it becomes known.
struct FoundTable {
    struct Cell {
        var text: String
        /// The number of the step, from 1; 0 for given values.
        var step: Int

        var content: [String: Any] { ["text": text, "step": String(step)] }
    }

    struct Row {
        var symbol: String
        var value: Cell?
        var gradient: Cell?
        var update: Cell?

        var content: [String: Any] {
            var content: [String: Any] = ["symbol": symbol]
            content["value"] = value?.content
            content["gradient"] = gradient?.content
            content["update"] = update?.content
            content["step"] = String([value, gradient, update].compactMap { $0?.step }.min() ?? 0)
            return content
        }
    }

    struct Group {
        /// The tensor's name; nil if it is the symbol of its only row.
        let name: String?
        var rows: [Row]

        var content: [String: Any] {
            var content: [String: Any] = ["rows": rows.map(\.content)]
            content["name"] = name
            return content
        }
    }

    private(set) var groups: [Group] = []
    private(set) var hasUpdates = false

    init(_ report: Report) {
        let trace = report.trace
        let symbols = Symbols(trace, notation: report.notation)
        var places: [ScalarID: (group: Int, row: Int)] = [:]
        var groupOf: [Tape.ID: Int] = [:]
        func place(_ scalar: ScalarID, in groups: inout [Group]) -> (group: Int, row: Int) {
            if let place = places[scalar] { return place }
            let group: Int
            if let known = groupOf[scalar.tensor] {
                group = known
            } else {
                group = groups.count
                groupOf[scalar.tensor] = group
                let name = trace.tape[scalar.tensor].name
                groups.append(Group(name: symbols(scalar).plainText == name ? nil : name, rows: []))
            }
            let row = groups[group].rows.count
            groups[group].rows.append(Row(symbol: symbols(scalar).mathML))
            places[scalar] = (group, row)
            return (group, row)
        }
        // First the given values of small tensors, then the results of the steps.
        for id in trace.tape.allIDs {
            guard case .source(let source) = trace.tape[id].origin, trace.pass.value(id).count <= 24 else { continue }
            // Targets stand in the loss; an expression's constants stand by name.
            guard source != .constant || trace.lowered == nil && !trace.isNumber(id) else { continue }
            for index in trace.pass.value(id).scalars.indices {
                let scalar = ScalarID(id, index)
                let at = place(scalar, in: &groups)
                groups[at.group].rows[at.row].value = Cell(text: Self.value(of: scalar, report), step: 0)
            }
        }
        for told in report.told {
            for finding in told.findings where finding.finding.key != .norm {
                let at = place(finding.finding.scalar, in: &groups)
                let cell = Cell(text: Formula.number(finding.result).mathML, step: told.number)
                var row = groups[at.group].rows[at.row]
                switch finding.finding.kind {
                case .value: row.value = cell
                case .gradient:
                    row.gradient = cell
                    if row.value == nil { row.value = Cell(text: Self.value(of: finding.finding.scalar, report), step: 0) }
                case .clipped: row.update = row.update ?? Cell(text: "", step: told.number)
                case .memory: break
                case .update:
                    row.update = cell
                    hasUpdates = true
                }
                groups[at.group].rows[at.row] = row
            }
        }
    }

    private static func value(of scalar: ScalarID, _ report: Report) -> String {
        let value = report.trace.pass.value(scalar.tensor).scalars[scalar.index]
        return Formula.number(value).mathML
    }
}
