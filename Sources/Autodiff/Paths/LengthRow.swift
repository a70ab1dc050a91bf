import BigInt

/// For one scalar and each number of edges: how many paths of that length lead to the result, and the sum of their products.
struct LengthRow {
    /// The smallest number of edges.
    private var shortest: Int
    private var sums: [Double]
    /// The counts of the paths of each length, one after the other, each as words with the lowest first.
    private var words: [UInt]
    private var wordsEach: Int

    /// The row of the result itself: one path, of no edge.
    static let end = LengthRow(shortest: 0, sums: [1], words: [1], wordsEach: 1)

    private init(shortest: Int, sums: [Double], words: [UInt], wordsEach: Int) {
        self.shortest = shortest
        self.sums = sums
        self.words = words
        self.wordsEach = wordsEach
    }

    /// The row of a scalar with a single edge, which leads to the other's scalar.
    init(_ other: LengthRow, through local: Double) {
        self = other
        shortest += 1
        for index in sums.indices { sums[index] *= local }
    }

    /// Adds the paths that begin with an edge to the other's scalar.
    mutating func add(_ other: LengthRow, through local: Double) {
        makeRoom(for: other)
        let offset = other.shortest + 1 - shortest
        var isFull = false
        for index in other.sums.indices {
            sums[index + offset] += local * other.sums[index]
            var carry: UInt = 0
            let (from, to) = (index * other.wordsEach, (index + offset) * wordsEach)
            for word in 0..<wordsEach {
                if word >= other.wordsEach && carry == 0 { break }
                let added = word < other.wordsEach ? other.words[from + word] : 0
                let (first, isOver) = words[to + word].addingReportingOverflow(added)
                let (sum, isOverAgain) = first.addingReportingOverflow(carry)
                words[to + word] = sum
                carry = isOver || isOverAgain ? 1 : 0
            }
            // The top bit is kept free, so that a sum never overflows.
            isFull = isFull || words[to + wordsEach - 1] >> (UInt.bitWidth - 1) != 0
        }
        if isFull { widen(to: wordsEach + 1) }
    }

    /// The lengths that at least one path has.
    var lengths: [PathSums.Length] {
        sums.indices.compactMap { index in
            let own = words[index * wordsEach..<(index + 1) * wordsEach]
            guard own.contains(where: { $0 != 0 }) else { return nil }
            return PathSums.Length(edges: shortest + index, count: BigUInt(words: own), sum: sums[index])
        }
    }

    private mutating func makeRoom(for other: LengthRow) {
        if other.wordsEach > wordsEach { widen(to: other.wordsEach) }
        let before = max(0, shortest - (other.shortest + 1))
        if before > 0 {
            sums.insert(contentsOf: [Double](repeating: 0, count: before), at: 0)
            words.insert(contentsOf: [UInt](repeating: 0, count: before * wordsEach), at: 0)
            shortest -= before
        }
        let after = max(0, other.shortest + 1 + other.sums.count - (shortest + sums.count))
        sums += [Double](repeating: 0, count: after)
        words += [UInt](repeating: 0, count: after * wordsEach)
    }

    private mutating func widen(to count: Int) {
        var wider = [UInt](repeating: 0, count: sums.count * count)
        for index in sums.indices {
            for word in 0..<wordsEach { wider[index * count + word] = words[index * wordsEach + word] }
        }
        (words, wordsEach) = (wider, count)
    }
}
