/// Sequences of numbers in which runs that occur again stand once, as in a grammar: a symbol is a number, or a run of symbols.
///
/// Runs end where a symbol's hash says so (content-defined chunking; Muthitacharoen, Chen and Mazières 2001, A low-bandwidth network file system): a change
/// in a sequence changes the run that it lies in, and no other. With every run written out, pages of the bundled lessons would be 1.2 to 6.4 times as long.
struct SharedRuns {
    /// The given sequences, in symbols.
    private(set) var sequences: [[Int]]
    /// Symbols that are worth a name, since they stand in several places.
    private(set) var named: [Int] = []
    /// The place of each in `named`.
    private(set) var names: [Int: Int] = [:]
    private let numberCount: Int
    private var runs: [[Int]] = []
    private var known: [[Int]: Int] = [:]

    /// Symbols lighter than this are not worth a name, in bytes.
    private static let leastWeight = 40
    /// Runs of runs: how often a sequence is put together.
    private static let levels = 2

    /// - Parameter weights: of each number, in bytes.
    init(_ sequences: [[Int]], weights: [Int]) {
        numberCount = weights.count
        self.sequences = sequences
        for _ in 0..<Self.levels { self.sequences = self.sequences.map { joined($0) } }
        name(weights)
    }

    /// What a run consists of; nil of a number.
    func parts(of symbol: Int) -> [Int]? { symbol < numberCount ? nil : runs[symbol - numberCount] }

    private mutating func joined(_ symbols: [Int]) -> [Int] {
        var joined: [Int] = []
        var run: [Int] = []
        for symbol in symbols {
            run.append(symbol)
            // One in 16.
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
        // A run that stands in several places is written once.
        for symbols in sequences + runs { for symbol in symbols { uses[symbol] += 1 } }
        for symbol in weights.indices where uses[symbol] > 1 && weights[symbol] >= Self.leastWeight {
            names[symbol] = named.count
            named.append(symbol)
        }
    }
}
