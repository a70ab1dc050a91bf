/// Sequences of numbers in which repeated runs are stored once, as in a grammar: a symbol is a number or a run of symbols.
///
/// A run ends at a symbol with a certain hash (content-defined chunking; Muthitacharoen, Chen and Mazières 2001, A low-bandwidth network
/// file system), so that a change in a sequence affects only the run around it. If every run were written out, pages of the bundled lessons
/// would be 1.2 to 6.4 times as long.
struct SharedRuns {
    /// The given sequences as symbols.
    private(set) var sequences: [[Int]]
    /// The symbols that occur several times and are long enough to be worth a name.
    private(set) var named: [Int] = []
    /// The index of each of them in `named`.
    private(set) var names: [Int: Int] = [:]
    private let numberCount: Int
    private var runs: [[Int]] = []
    private var known: [[Int]: Int] = [:]

    /// The smallest weight, in bytes, for which a name is worthwhile.
    private static let leastWeight = 40
    /// How often symbols are joined into runs; 2 means that there are runs of runs.
    private static let levels = 2

    /// - Parameter weights: the length of each number's text, in bytes.
    init(_ sequences: [[Int]], weights: [Int]) {
        numberCount = weights.count
        self.sequences = sequences
        for _ in 0..<Self.levels { self.sequences = self.sequences.map { joined($0) } }
        name(weights)
    }

    /// The symbols of a run; nil for a number.
    func parts(of symbol: Int) -> [Int]? { symbol < numberCount ? nil : runs[symbol - numberCount] }

    private mutating func joined(_ symbols: [Int]) -> [Int] {
        var joined: [Int] = []
        var run: [Int] = []
        for symbol in symbols {
            run.append(symbol)
            // One symbol in 16 ends a run.
            if (UInt32(truncatingIfNeeded: symbol) &* 0x9E37_79B1) >> 28 == 0 {
                joined.append(self.symbol(of: run))
                run = []
            }
        }
        if !run.isEmpty { joined.append(symbol(of: run)) }
        return joined
    }

    private mutating func symbol(of run: [Int]) -> Int {
        if run.count == 1 { return run[0] }
        if let symbol = known[run] { return symbol }
        runs.append(run)
        known[run] = numberCount + runs.count - 1
        return numberCount + runs.count - 1
    }

    private mutating func name(_ weights: [Int]) {
        var weights = weights
        for run in runs { weights.append(run.reduce(0) { $0 + weights[$1] }) }
        var uses = [Int](repeating: 0, count: weights.count)
        // A use inside a run counts once, however often the run occurs, since it is written once.
        for symbols in sequences + runs { for symbol in symbols { uses[symbol] += 1 } }
        for symbol in weights.indices where uses[symbol] > 1 && weights[symbol] >= Self.leastWeight {
            names[symbol] = named.count
            named.append(symbol)
        }
    }
}
