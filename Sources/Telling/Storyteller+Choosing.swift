import Autodiff
import NeuralNetworks
import Notation
import Traces

extension Storyteller {
    /// Whether a scalar is written by itself as a part of a sum.
    func isChosen(_ scalar: ScalarID) -> Bool { chosen?.contains(scalar, of: trace) ?? true }

    /// Whether a step explains a scalar; the input is explained only if no units are selected.
    func isTold(_ scalar: ScalarID) -> Bool {
        chosen == nil || trace.tape[scalar.tensor].origin != .source(.input) && isChosen(scalar)
    }

    /// Which terms of a sum are written one by one: the selected ones if they are few, otherwise the first of them.
    func told(_ isChosen: [Bool]) -> [Bool] {
        let count = isChosen.count { $0 }
        var room = count <= mostTerms ? count : mostTerms - 2
        return isChosen.map { isChosen in
            guard isChosen, room > 0 else { return false }
            room -= 1
            return true
        }
    }

    /// "5 other products", or "all 5 products" if none is written.
    func remainder(_ count: Int, of total: Int, _ kind: SumTerm.Kind) -> Formula {
        let noun = count == 1 ? kind.rawValue : "\(kind.rawValue)s"
        if count == total { return .words(count == 1 ? "1 \(noun)" : "all \(count) \(noun)") }
        guard kind == .contribution else { return .words("\(count) other \(noun)") }
        return .words(count == 1 ? "1 other" : "\(count) others")
    }

    /// What a sum of contributions runs over.
    func axes(of contributions: [Contribution]) -> [ChainRule.Axis] {
        guard contributions.count > 1 else { return [] }
        let batch = trace.lowered?.problem.inputs.shape[0]
        var samples: Set<Int> = []
        var times: Set<Int> = []
        var positions: Set<[Int]> = []
        var units: Set<Int> = []
        var uses: Set<Use> = []
        var entries: Set<Int> = []
        for contribution in contributions {
            let entry = trace.tape[contribution.output]
            var index = entry.shape.index(ofFlat: contribution.outputIndex)
            let role = trace.role(of: contribution.output)
            uses.insert(Use(contribution, role))
            if let step = role?.step { times.insert(step) }
            if operation(behind: contribution.output)?.telling.runsOverEntries == true {
                entries.insert(contribution.outputIndex)
                continue
            }
            if let batch, entry.shape.count > 1, entry.shape[0] == batch { samples.insert(index.removeFirst()) }
            switch index.count {
            case 3 where role?.part?.isOfHeads == true:
                units.insert(role?.part?.isOfPairs == true ? index[0] : index[0] * entry.shape[3] + index[2])
                times.insert(role?.part?.isOfPairs == true ? index[1] * entry.shape[3] + index[2] : index[1])
            case 3:
                units.insert(index[0])
                positions.insert(Array(index[1...]))
            case 2:
                times.insert(index[0])
                units.insert(index[1])
            default: units.insert(index.last ?? 0)
            }
        }
        let alike = uses.count == 1
        let isOfKernel = contributions.allSatisfy {
            guard case .result(let primitive, _) = trace.tape[$0.output].origin else { return false }
            if case .convolution = primitive { return true }
            if case .maxPool = primitive { return true }
            return false
        }
        return ChainRule.Axis.allCases.filter { axis in
            switch axis {
            case .units: alike && units.count > 1
            case .batch: samples.count > 1
            case .time: times.count > 1
            case .windows: positions.count > 1 && isOfKernel
            case .positions: positions.count > 1 && !isOfKernel
            case .entries: entries.count > 1
            case .uses: uses.count > 1
            }
        }
    }
}

extension Part {
    /// Whether its shape is [batch, heads, time, …].
    fileprivate var isOfHeads: Bool { self == .query || self == .key || self == .value || isOfPairs }

    /// Whether it has an entry for each pair of time steps.
    fileprivate var isOfPairs: Bool { self == .scores || self == .weights }
}

/// An operand of an operation; in an unrolled layer the same at every time step.
private enum Use: Hashable {
    case part(Part, LayerID, operand: Int)
    case entry(Tape.ID, operand: Int)

    init(_ contribution: Contribution, _ role: Role?) {
        if case .part(let part, let layer, _) = role {
            self = .part(part, layer, operand: contribution.operand)
        } else {
            self = .entry(contribution.output, operand: contribution.operand)
        }
    }
}

extension [ChainRule.Axis] {
    /// "over the units and the batch".
    package var words: String {
        let names = map { axis in
            switch axis {
            case .units: "the units that it reaches"
            case .batch: "the batch"
            case .time: "time"
            case .windows: "the positions of the kernel"
            case .positions: "the positions"
            case .entries: "the entries of the matrix"
            case .uses: "its uses"
            }
        }
        return names.isEmpty ? "" : "over " + English.list(names)
    }
}
