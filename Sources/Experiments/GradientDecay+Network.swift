import Autodiff
package import NeuralNetworks

extension GradientDecay {
    /// The network of one variant and seed, with its data: depth times [dense width→width, normalization if set, activation].
    package func problem(of variant: Variant, seed: UInt64) -> TrainingProblem {
        TrainingProblem(
            network: network(of: variant, seed: seed), inputs: seed.normals("inputs", [batch, width]),
            targets: .values(seed.normals("targets", [batch, width])),
            loss: .halfSquaredError)
    }

    func network(of variant: Variant, seed: UInt64) -> Network {
        Network(input: .features(width), seed: seed, initializer: variant.initializer, layers: layers(of: variant))
    }

    private func layers(of variant: Variant) -> [Layer] {
        (1...max(depth, 1)).flatMap { number -> [Layer] in
            var block = [Layer(name: "dense\(number)", kind: .dense(DenseLayer(units: width)))]
            if let normalization = variant.normalization {
                block.append(Layer(name: "normalization\(number)", kind: .normalization(normalization)))
            }
            block.append(Layer(name: "activation\(number)", kind: .activation(variant.activation ?? .sigmoid)))
            guard variant.residual else { return block }
            return [Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: block)))]
        }
    }
}
