package import Autodiff

extension Xoshiro {
    /// Uniform in [0, 1), of 53 random bits.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Standard normal, by the polar method (Marsaglia & Bray 1964), which needs no sine.
    package mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let s = x * x + y * y
            guard s > 0, s < 1 else { continue }
            let factor = (-2 * logarithm(s) / s).squareRoot()
            spareNormal = y * factor
            return x * factor
        }
    }

    /// The same numbers as from successive calls of `normal`, times the deviation.
    package mutating func normals(_ shape: [Int], deviation: Double = 1) -> Tensor {
        let count = shape.reduce(1, *)
        let scalars = [Double](unsafeUninitializedCapacity: count) { scalars, initialized in
            var filled = 0
            if count > 0, spareNormal != nil {
                scalars[0] = normal()
                filled = 1
            }
            let pairs = (count - filled) / 2
            fillWithPairs(.init(rebasing: scalars[filled..<filled + 2 * pairs]))
            if filled + 2 * pairs < count { scalars[count - 1] = normal() }
            for index in 0..<count { scalars[index] *= deviation }
            initialized = count
        }
        return Tensor(shape: shape, scalars: scalars)
    }

    /// The polar method for all pairs at once: first the points in the circle, then the logarithms, several at a time.
    private mutating func fillWithPairs(_ scalars: UnsafeMutableBufferPointer<Double>) {
        let pairs = scalars.count / 2
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * pairs) { both in
            let squares = UnsafeMutableBufferPointer(rebasing: both[..<pairs])
            let logarithms = UnsafeMutableBufferPointer(rebasing: both[pairs...])
            var pair = 0
            while pair < pairs {
                let x = 2 * uniform() - 1
                let y = 2 * uniform() - 1
                let s = x * x + y * y
                scalars[2 * pair] = x
                scalars[2 * pair + 1] = y
                squares[pair] = s
                // Without a branch, which would be mispredicted for a fifth of the points.
                pair += s > 0 && s < 1 ? 1 : 0
            }
            findLogarithms(of: .init(squares), into: logarithms)
            for pair in 0..<pairs {
                let factor = (-2 * logarithms[pair] / squares[pair]).squareRoot()
                scalars[2 * pair] *= factor
                scalars[2 * pair + 1] *= factor
            }
        }
    }

    /// A matrix with orthonormal rows, or columns where there are fewer of them (Saxe et al. 2014; Mezzadri 2007).
    package mutating func orthogonal(rows: Int, columns: Int) -> Tensor {
        let (count, length) = rows <= columns ? (rows, columns) : (columns, rows)
        var basis: [[Double]] = []
        while basis.count < count {
            var vector = normals([length]).scalars
            // Twice, since rounding leaves the result of one pass of Gram–Schmidt not quite orthogonal.
            for _ in 0..<2 {
                for known in basis {
                    let overlap = zip(vector, known).reduce(0) { $0 + $1.0 * $1.1 }
                    for i in vector.indices { vector[i] -= overlap * known[i] }
                }
            }
            let norm = vector.norm
            guard norm > 1e-8 else { continue }
            basis.append(vector.map { $0 / norm })
        }
        let scalars =
            rows <= columns
            ? basis.flatMap { $0 } : (0..<rows).flatMap { row in basis.map { $0[row] } }
        return Tensor(shape: [rows, columns], scalars: scalars)
    }
}

extension Initializer {
    /// The cost of sampling a weight beyond one number for each of its entries.
    package func cost(_ shape: [Int]) -> Cost {
        switch self {
        case .orthogonal:
            // Each vector is made orthogonal twice to all before it, by a product and a subtraction.
            let (rows, columns) = (shape.first ?? 1, shape.dropFirst().reduce(1) { $0.saturatingTimes($1) })
            return Cost(products: [2, rows, columns, min(rows, columns)].saturatingCount)
        case .xavierUniform, .xavierNormal, .heUniform, .heNormal, .zeros, .normal, .uniform, .constant: return Cost()
        }
    }

    /// Samples a weight. Its first axis counts outputs; the other axes, including a convolution's kernel, count inputs.
    package func draw(_ shape: [Int], from generator: inout Xoshiro) -> Tensor {
        let receptive = shape.dropFirst(2).reduce(1, *)
        let inputs = Double(shape[1] * receptive)
        let outputs = Double(shape[0] * receptive)
        switch self {
        case .xavierUniform: return uniform(shape, bound: (6 / (inputs + outputs)).squareRoot(), &generator)
        case .xavierNormal: return generator.normals(shape, deviation: (2 / (inputs + outputs)).squareRoot())
        case .heUniform: return uniform(shape, bound: (6 / inputs).squareRoot(), &generator)
        case .heNormal: return generator.normals(shape, deviation: (2 / inputs).squareRoot())
        case .orthogonal:
            let matrix = generator.orthogonal(rows: shape[0], columns: shape.dropFirst().reduce(1, *))
            return Tensor(shape: shape, scalars: matrix.scalars)
        case .zeros: return .zeros(shape)
        case .normal(let deviation): return generator.normals(shape, deviation: deviation)
        case .uniform(let bound): return uniform(shape, bound: bound, &generator)
        case .constant(let value): return Tensor(repeating: value, shape: shape)
        }
    }

    private func uniform(_ shape: [Int], bound: Double, _ generator: inout Xoshiro) -> Tensor {
        Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in (2 * generator.uniform() - 1) * bound })
    }
}
