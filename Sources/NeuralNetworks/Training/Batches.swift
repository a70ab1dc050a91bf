import Autodiff

/// An endless sequence of training batches: each epoch has its own order, and samples that do not fill a batch are left out of it.
package struct Batches: Sendable {
    private let samples: Batch
    private let size: Int
    private var generator: Xoshiro
    private var order: [Int]
    private var next = 0

    /// - Parameter size: the size of a batch; if it covers all samples, they keep their own order.
    package init(of samples: Batch, size: Int, seed: UInt64) {
        self.samples = samples
        let count = samples.inputs.shape[0]
        self.size = min(max(size, 1), count)
        generator = Xoshiro(seed: seed, stream: "batches")
        order = Array(0..<count)
        next = count
    }

    package mutating func draw() -> Batch {
        guard size < order.count else { return samples }
        if next + size > order.count {
            // The shuffle of Fisher and Yates.
            for last in stride(from: order.count - 1, to: 0, by: -1) {
                order.swapAt(last, Int(generator.uniform() * Double(last + 1)))
            }
            next = 0
        }
        defer { next += size }
        return samples.picking(Array(order[next..<next + size]))
    }
}

extension Batch {
    /// Some of the samples, in the given order.
    package func picking(_ rows: [Int]) -> Batch {
        let picked: Targets
        switch targets {
        case .values(let tensor): picked = .values(tensor.picking(rows))
        case .classes(let classes): picked = .classes(rows.map { classes[$0] })
        case .classesByStep(let classes): picked = .classesByStep(rows.map { classes[$0] })
        case .absent: picked = .absent
        }
        return Batch(inputs: inputs.picking(rows), targets: picked)
    }
}

extension Tensor {
    fileprivate func picking(_ rows: [Int]) -> Tensor {
        let length = shape.dropFirst().reduce(1, *)
        var picked: [Double] = []
        picked.reserveCapacity(rows.count * length)
        for row in rows { picked += scalars[row * length..<(row + 1) * length] }
        return Tensor(shape: [rows.count] + shape.dropFirst(), scalars: picked)
    }
}
