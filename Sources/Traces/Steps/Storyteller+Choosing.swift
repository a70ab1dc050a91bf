import Autodiff
import NeuralNetworks
import Notation

extension Storyteller {
    func isChosen(_ scalar: ScalarID) -> Bool { chosen?.contains(scalar, of: trace) ?? true }

    /// Which terms of a sum are told one by one: all where they are few; otherwise the first of the chosen ones.
    func told(_ isChosen: [Bool]) -> [Bool] {
        let candidates = isChosen.contains(true) ? isChosen : isChosen.map { _ in true }
        let count = candidates.count { $0 }
        if count == candidates.count, count <= mostTerms { return candidates }
        var room = count <= mostTerms ? count : mostTerms - 2
        return candidates.map { candidate in
            guard candidate, room > 0 else { return false }
            room -= 1
            return true
        }
    }

    /// What a sum of contributions runs over.
    func axes(of contributions: [Contribution]) -> [ChainRule.Axis] {
        guard contributions.count > 1 else { return [] }
        let batch = trace.lowered?.problem.inputs.shape[0]
        var samples: Set<Int> = []
        var times: Set<Int> = []
        var positions: Set<[Int]> = []
        var units: Set<Int> = []
        var uses: Set<String> = []
        for contribution in contributions {
            let entry = trace.tape[contribution.output]
            var index = entry.shape.index(ofFlat: contribution.outputIndex)
            let (use, time) = entry.name.withoutTimeStep
            uses.insert("\(use) \(contribution.operand)")
            if let time { times.insert(time) }
            if let batch, entry.shape.count > 1, entry.shape[0] == batch { samples.insert(index.removeFirst()) }
            switch index.count {
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
        return ChainRule.Axis.allCases.filter { axis in
            switch axis {
            case .units: alike && units.count > 1
            case .batch: samples.count > 1
            case .time: times.count > 1
            case .positions: positions.count > 1
            case .uses: uses.count > 1
            }
        }
    }
}

extension String {
    /// `lstm1.t3.cell` as `lstm1.cell` and 3.
    var withoutTimeStep: (name: String, step: Int?) {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        guard let place = parts.firstIndex(where: { $0.first == "t" && Int($0.dropFirst()) != nil }), place > 0 else {
            return (self, nil)
        }
        let others = parts[..<place] + parts[(place + 1)...]
        return (others.joined(separator: "."), Int(parts[place].dropFirst()))
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
            case .positions: "the positions of the kernel"
            case .uses: "its uses"
            }
        }
        guard let last = names.last else { return "" }
        return "over " + (names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and \(last)")
    }
}
