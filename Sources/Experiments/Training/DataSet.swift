import Autodiff
import Foundation
package import NeuralNetworks

/// Samples that are generated from a seed, so that a lesson needs no file.
package enum DataSet: String, CaseIterable, Hashable, Sendable {
    /// Points of the plane on two spiral arms; the target is the arm, 0 or 1 (after Lang & Witbrock 1989).
    case twoSpirals = "two-spirals"
    /// x uniform in [−1, 1], the target sin(πx) plus noise.
    case noisySine = "noisy-sine"
    /// Sequences of standard normal numbers; the target is the first of them, so that the gradient must reach back all the way.
    case recall

    package var loss: Loss {
        switch self {
        case .twoSpirals: .binaryCrossEntropy
        case .noisySine, .recall: .meanSquaredError
        }
    }

    /// - Parameter time: the length of a sequence.
    package func input(time: Int) -> SampleShape {
        switch self {
        case .twoSpirals: .features(2)
        case .noisySine: .features(1)
        case .recall: .sequence(time: time, features: 1)
        }
    }

    /// - Parameters:
    ///   - noise: the standard deviation of the noise: on both coordinates of a spiral's points, else on the target.
    ///   - stream: the name of the random stream, so that training and validation samples differ.
    package func draw(_ count: Int, noise: Double, time: Int, seed: UInt64, stream: String) -> Batch {
        var generator = Xoshiro(seed: seed, stream: "\(rawValue).\(stream)")
        var inputs: [Double] = []
        var targets: [Double] = []
        for index in 0..<count {
            switch self {
            case .twoSpirals:
                let arm = index % 2
                // The square root spreads points evenly along the arm, whose turns grow outwards.
                let way = generator.uniform().squareRoot()
                let angle = 2 * Double.pi * way + Double(arm) * .pi
                let radius = 0.15 + 1.35 * way
                inputs.append(radius * cos(angle) + noise * generator.normal())
                inputs.append(radius * sin(angle) + noise * generator.normal())
                targets.append(Double(arm))
            case .noisySine:
                let x = 2 * generator.uniform() - 1
                inputs.append(x)
                targets.append(sin(.pi * x) + noise * generator.normal())
            case .recall:
                let sequence = (0..<time).map { _ in generator.normal() }
                inputs += sequence
                targets.append(sequence[0] + noise * generator.normal())
            }
        }
        let shape = [count] + input(time: time).axes
        return Batch(
            inputs: Tensor(shape: shape, scalars: inputs), targets: .values(Tensor(shape: [count, 1], scalars: targets)))
    }
}
