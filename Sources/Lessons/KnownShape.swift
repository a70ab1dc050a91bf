import NeuralNetworks

/// What comes out of a layer, and which place of the file made it so.
struct KnownShape {
    var shape: SampleShape
    /// The layer, or "input".
    var maker: String
    var mark: SourceMark

    /// "hidden (4:12)".
    var origin: String { "\(maker) (\(mark.line):\(mark.column))" }

    /// "hidden gives 3 features (4:12)".
    var gives: String { "\(maker) gives \(shape) (\(mark.line):\(mark.column))" }
}

/// Sums and products of sizes that stop at the top instead of overflowing.
enum Saturating {
    static func product(_ factors: [Int]) -> Int {
        var result = 1
        for factor in factors {
            let (product, overflow) = result.multipliedReportingOverflow(by: factor)
            if overflow { return .max }
            result = product
        }
        return result
    }

    static func sum(_ first: Int, _ second: Int) -> Int {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
