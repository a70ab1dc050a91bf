extension Primitive {
    /// The entries of the result that one entry of an operand may stand in, row-major: what the search for its
    /// contributions need look at. Some of them may not use it.
    func reach(
        of entry: Int, operand: Int, operands: [[Int]], output: [Int]
    ) -> StrideTo<Int> {
        let all = Swift.stride(from: 0, to: output.saturatingCount, by: 1)
        func only(_ index: Int) -> StrideTo<Int> { Swift.stride(from: index, to: index + 1, by: 1) }
        func run(_ number: Int, of length: Int) -> StrideTo<Int> {
            Swift.stride(from: number * length, to: (number + 1) * length, by: 1)
        }
        switch self {
        case .pointwise, .pairwise: return only(entry)
        case .dense:
            let (units, inputs) = (operands[1][0], operands[1][1])
            if operand == 0 { return run(entry / inputs, of: units) }
            // One unit of every row.
            let unit = operand == 1 ? entry / inputs : entry
            return Swift.stride(from: unit, to: output.saturatingCount, by: units)
        case .convolution:
            guard operand == 0 else { return all }
            return run(
                entry / [Int](operands[0].dropFirst()).saturatingCount, of: [Int](output.dropFirst()).saturatingCount)
        case .copying(.reshape): return only(entry)
        case .copying(.step), .copying(.columns), .copying(.stack): return all
        case .mean(let mean): return only(mean.grouping.group(of: entry))
        case .variance(let variance): return only(operand == 0 ? variance.grouping.group(of: entry) : entry)
        case .normalize, .scaleAndShift, .divideByScalar: return operand == 0 ? only(entry) : all
        case .softmax:
            let classes = output.last ?? 1
            return run(entry / classes, of: classes)
        case .loss, .penalty, .singularValue: return only(0)
        }
    }
}
