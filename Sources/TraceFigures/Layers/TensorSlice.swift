import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The entries of a tensor that a picture shows as rows and columns: of a batch one sample, of an image one channel, of a kernel one filter's.
struct TensorSlice: Hashable {
    let id: Tape.ID
    /// The place of its first entry in the tensor.
    let start: Int
    let rows, columns: Int
    /// The entries of the tensor from one row to the next.
    let rowStride: Int
    /// What is left out, in words, "channel 1 of 3"; nil where it is the whole tensor or the whole sample.
    let part: String?

    func scalar(_ row: Int, _ column: Int) -> ScalarID { ScalarID(id, start + row * rowStride + column) }

    var scalars: [ScalarID] { (0..<rows).flatMap { row in (0..<columns).map { scalar(row, $0) } } }

    var shape: String { "\(rows)×\(columns)" }

    /// - Parameters:
    ///   - sample: of the batch; nil of a tensor that has none, such as a parameter.
    ///   - first: the entries to show of the axes between the sample and the last two; 0 where it has none.
    ///   - names: what these axes are called, as "channel".
    init(_ trace: Trace, _ id: Tape.ID, sample: Int?, first: [Int] = [], names: [String] = []) {
        self.id = id
        var shape = trace.tape[id].shape
        var start = 0
        if let sample, let batch = shape.first, batch > 0 {
            shape.removeFirst()
            start = min(sample, batch - 1) * shape.reduce(1, *)
        }
        var parts: [String] = []
        while shape.count > 2 {
            let extent = shape.removeFirst()
            let at = first.indices.contains(parts.count) ? min(first[parts.count], extent - 1) : 0
            let name = names.indices.contains(parts.count) ? names[parts.count] : "block"
            parts.append(extent > 1 ? "\(name) \(at + 1) of \(extent)" : "")
            start += at * shape.reduce(1, *)
        }
        rows = shape.count > 1 ? shape[0] : 1
        columns = shape.last ?? 1
        (self.start, rowStride) = (start, columns)
        part = parts.allSatisfy(\.isEmpty) ? nil : parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// One row of it.
    func row(_ row: Int) -> TensorSlice { TensorSlice(self, start: start + row * rowStride, rows: 1) }

    private init(_ other: TensorSlice, start: Int, rows: Int) {
        (id, columns, rowStride, part) = (other.id, other.columns, other.rowStride, other.part)
        (self.start, self.rows) = (start, rows)
    }
}

/// Which rows or columns a picture shows, with dots for what it leaves out.
struct Shown: Hashable, Sendable {
    let indices: [Int]
    let count: Int

    /// All of them, or the first ones and the last.
    init(_ count: Int, most: Int) {
        self.count = count
        indices = count <= most ? Array(0..<count) : Array(0..<max(most - 1, 1)) + [count - 1]
    }

    /// Neighbours.
    init(_ range: Range<Int>, of count: Int) {
        self.count = count
        indices = Array(range)
    }

    /// Those that matter, in order.
    init(_ indices: [Int], of count: Int) {
        self.count = count
        self.indices = indices
    }

    var isWhole: Bool { indices.count >= count }

    /// Before which of the shown something is left out; `indices.count` after the last.
    var gaps: Set<Int> {
        var gaps: Set<Int> = []
        if let first = indices.first, first > 0 { gaps.insert(0) }
        for place in indices.indices.dropFirst() where indices[place] > indices[place - 1] + 1 { gaps.insert(place) }
        if let last = indices.last, last < count - 1 { gaps.insert(indices.count) }
        return gaps
    }

    /// The middles of cells of this extent, from 0 on, and the whole length.
    func places(extent: Double, gap: Double) -> (middles: [Double], dots: [Double], length: Double) {
        var (middles, dots, at): ([Double], [Double], Double) = ([], [], 0)
        for place in 0...indices.count {
            if gaps.contains(place) {
                dots.append(at + gap / 2)
                at += gap
            }
            if place < indices.count {
                middles.append(at + extent / 2)
                at += extent
            }
        }
        return (middles, dots, at)
    }
}
