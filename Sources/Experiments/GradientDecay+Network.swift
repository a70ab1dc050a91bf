import Autodiff
package import NeuralNetworks

extension GradientDecay {
    /// The network of one variant: depth times [dense width→width, normalization if set, activation].
    package func network(of variant: Variant, seed: UInt64) -> Network {
        let activation = variant.activation ?? .sigmoid
        var layers: [Layer] = []
        for number in 1...max(depth, 1) {
            var block = [
                Layer(name: Self.denseName(number), kind: .dense(DenseLayer(units: width, initializer: variant.initializer)))
            ]
            if let normalization = variant.normalization {
                block.append(Layer(name: "norm\(number)", kind: .normalization(normalization)))
            }
            block.append(Layer(name: "activation\(number)", kind: .activation(activation)))
            if variant.residual {
                layers.append(Layer(name: "residual\(number)", kind: .residual(ResidualLayer(layers: block))))
            } else {
                layers += block
            }
        }
        return Network(input: .features(width), seed: seed, initializer: variant.initializer, layers: layers)
    }

    static func denseName(_ number: Int) -> String { "dense\(number)" }
}
