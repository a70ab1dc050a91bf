/// A cross-correlation with zero padding: x is [batch, in, height, width], W [out, in, kernel, kernel], b [out], which may be left out.
package struct Convolution: Hashable, Sendable {
    package var stride: Int
    package var padding: Int

    package init(stride: Int, padding: Int) {
        self.stride = stride
        self.padding = padding
    }
}

extension Convolution {
    /// The number of positions of the kernel along one padded axis; 0 where it is longer than the axis.
    package func places(along extent: Int, kernel: Int) -> Int {
        let room = extent.saturatingPlus(padding.saturatingTimes(2)) - kernel
        return room < 0 ? 0 : (room / stride).saturatingPlus(1)
    }

    /// How many entries inside the image the kernel covers along one axis, summed over all its positions.
    private func meetings(along extent: Int, kernel: Int) -> Int {
        let places = places(along: extent, kernel: kernel)
        // Sizes beyond every limit on scalars get an upper bound: the loop would take forever or overflow.
        guard kernel <= 1 << 16, max(extent, padding, stride) <= 1 << 40 else { return places.saturatingTimes(kernel) }
        var meetings = 0
        for offset in 0..<kernel {
            // The kernel at position p covers entry p·stride + offset − padding, which must lie between 0 and extent − 1.
            let first = Swift.max(0, (padding - offset + stride - 1) / stride)
            let last = extent - 1 - offset + padding
            if last >= 0 { meetings = meetings.saturatingPlus(Swift.max(0, Swift.min(places, last / stride + 1) - first)) }
        }
        return meetings
    }

    /// The extents of all loops below.
    private struct Extents {
        let batch, channels, height, width, filters, kernel, rows, columns: Int

        init(_ x: [Int], _ weight: [Int], _ convolution: Convolution) {
            (batch, channels, height, width) = (x[0], x[1], x[2], x[3])
            (filters, kernel) = (weight[0], weight[2])
            rows = convolution.places(along: height, kernel: kernel)
            columns = convolution.places(along: width, kernel: kernel)
        }

        /// The runs of input and weight entries that are multiplied for one entry of the output: their first flat indices and their length.
        @inline(__always)
        func forEachRun(
            sample: Int, filter: Int, row: Int, column: Int, stride: Int, padding: Int,
            _ visit: (_ input: Int, _ weight: Int, _ count: Int) -> Void
        ) {
            let left = column * stride - padding
            let (first, end) = (max(0, -left), min(kernel, width - left))
            guard first < end else { return }
            for channel in 0..<channels {
                for i in 0..<kernel {
                    let y = row * stride + i - padding
                    guard y >= 0, y < height else { continue }
                    visit(
                        ((sample * channels + channel) * height + y) * width + left + first,
                        ((filter * channels + channel) * kernel + i) * kernel + first, end - first)
                }
            }
        }

        /// The same, pair by pair.
        @inline(__always)
        func forEachPair(
            sample: Int, filter: Int, row: Int, column: Int, stride: Int, padding: Int,
            _ visit: (_ input: Int, _ weight: Int) -> Void
        ) {
            forEachRun(sample: sample, filter: filter, row: row, column: column, stride: stride, padding: padding) { input, weight, count in
                for offset in 0..<count { visit(input + offset, weight + offset) }
            }
        }

        @inline(__always)
        func forEachOutput(_ visit: (_ flat: Int, _ sample: Int, _ filter: Int, _ row: Int, _ column: Int) -> Void) {
            var flat = 0
            for sample in 0..<batch {
                for filter in 0..<filters {
                    for row in 0..<rows {
                        for column in 0..<columns {
                            visit(flat, sample, filter, row, column)
                            flat += 1
                        }
                    }
                }
            }
        }
    }
}

extension Convolution: DifferentiationRules {
    package var kind: String { "conv2d" }

    package func shape(of operands: [[Int]]) -> [Int] {
        let (x, weight) = (operands[0], operands[1])
        precondition(x.count == 4 && weight.count == 4 && x[1] == weight[1], "conv2d of \(x) by \(weight)")
        let extents = Extents(x, weight, self)
        return [x[0], weight[0], extents.rows, extents.columns]
    }

    package func products(for operands: [[Int]]) -> Int {
        let (x, weight) = (operands[0], operands[1])
        let pairs = [
            x[0], x[1], weight[0], meetings(along: x[2], kernel: weight[2]), meetings(along: x[3], kernel: weight[2]),
        ].saturatingCount
        return pairs.saturatingTimes(2).saturatingPlus(operands.count > 2 ? shape(of: operands).saturatingCount : 0)
    }

    package func evaluate(_ operands: [TensorView], into result: UnsafeMutableBufferPointer<Double>) {
        let extents = Extents(operands[0].shape, operands[1].shape, self)
        let (x, weight, bias) = (operands[0], operands[1], operands.count > 2 ? operands[2] : nil)
        extents.forEachOutput { flat, sample, filter, row, column in
            var sum = bias?[filter] ?? 0
            extents.forEachPair(
                sample: sample, filter: filter, row: row, column: column, stride: stride, padding: padding
            ) { sum += x[$0] * weight[$1] }
            result[flat] = sum
        }
    }

    package func pullback(
        _ upstream: UnsafeBufferPointer<Double>, operands: [TensorView], output: TensorView, into gradients: [GradientView?]
    ) {
        let extents = Extents(operands[0].shape, operands[1].shape, self)
        let (x, weight) = (operands[0], operands[1])
        gradients[0]?.gather { inputs in
            extents.forEachOutput { flat, sample, filter, row, column in
                extents.forEachPair(
                    sample: sample, filter: filter, row: row, column: column, stride: stride, padding: padding
                ) { inputs[$0] += upstream[flat] * weight[$1] }
            }
        }
        gradients[1]?.gather { weights in
            extents.forEachOutput { flat, sample, filter, row, column in
                extents.forEachPair(
                    sample: sample, filter: filter, row: row, column: column, stride: stride, padding: padding
                ) { weights[$1] += upstream[flat] * x[$0] }
            }
        }
        guard operands.count > 2 else { return }
        gradients[2]?.gather { biases in extents.forEachOutput { flat, _, filter, _, _ in biases[filter] += upstream[flat] } }
    }

    package func localDerivatives(of index: Int, operands: [TensorView], output: TensorView, _ visit: LocalVisit) {
        let extents = Extents(operands[0].shape, operands[1].shape, self)
        let at = output.shape.index(ofFlat: index)
        let (x, weight) = (operands[0].scalars, operands[1].scalars)
        extents.forEachRun(
            sample: at[0], filter: at[1], row: at[2], column: at[3], stride: stride, padding: padding
        ) { visit(0, $0, weight.extracting($1..<$1 + $2)) }
        extents.forEachRun(
            sample: at[0], filter: at[1], row: at[2], column: at[3], stride: stride, padding: padding
        ) { visit(1, $1, x.extracting($0..<$0 + $2)) }
        if operands.count > 2 { visitOne(visit, 2, at[1], 1) }
    }

    package func reach(of entry: Int, operand: Int, operands: [[Int]], output shape: [Int]) -> StrideTo<Int> {
        guard operand == 0 else { return .all(of: shape) }
        return .run(entry / [Int](operands[0].dropFirst()).saturatingCount, of: [Int](shape.dropFirst()).saturatingCount)
    }
}
