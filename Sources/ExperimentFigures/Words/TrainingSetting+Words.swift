import Autodiff
import Experiments
import NeuralNetworks
import Notation

extension TrainingSetting {
    /// The network and its data.
    var words: String {
        let network: String =
            if data == .recall {
                "One recurrent layer of \(width) units over \(time) time steps"
            } else {
                depth == 1 ? "One hidden layer of \(width) units" : "\(depth) hidden layers of \(width) units"
            }
        let task =
            switch data {
            case .twoSpirals: "tells two spirals apart"
            case .noisySine: "learns a sine from \(samples) noisy samples"
            case .recall: "recalls the first number of a sequence"
            }
        return "\(network) \(depth == 1 || data == .recall ? task : task.pluralVerb), \(duration)."
    }

    /// "300 steps", "150 epochs".
    var duration: String { epochs.map { English.count($0, "epoch") } ?? English.count(steps, "step") }

    /// "Weights: Xavier normal (Sigmoid), He normal (ReLU); activations: …", including the defaults of variants.
    /// - Parameter areSwept: whether a sweep sets the standard deviation of all initial weights.
    func weightsNote(_ variants: [Variant], areSwept: Bool = false) -> String {
        let settled = variants.map { variant in
            var variant = variant
            let activation = variant.activation ?? .tanh
            variant.initializer = variant.initializer ?? (data != .recall && activation.prefersHe ? .heNormal : .xavierNormal)
            return variant
        }
        let units = variants.unitsNote(standard: .tanh)
        return (units.map { $0 + "; weights: " } ?? "Weights: ") + settled.initializerNote
            + (areSwept ? " where their standard deviation isn’t swept" : "") + ", biases 0"
            + (data == .recall ? variants.cellsNote : "") + "."
    }

    /// The other settings that a reader needs to repeat the experiment.
    /// - Parameters:
    ///   - hasBatches: whether all variants are trained with the same batch size.
    ///   - hasValidation: whether anything is shown of other samples.
    func note(hasBatches: Bool = true, hasValidation: Bool = true) -> String {
        let loss =
            switch data {
            case .twoSpirals: "binary cross-entropy of the output’s sigmoid"
            case .noisySine, .recall: "mean squared error"
            }
        let size = min(batch, samples)
        let batches =
            !hasBatches
            ? "\(samples) samples"
            : size == samples ? "all \(samples) samples in each batch" : "batches of \(size) of \(samples) samples"
        let noise = noise > 0 ? ", noise \(Numeral(noise).text)" : ""
        return "Loss: \(loss); \(batches)\(hasValidation ? "; \(validation) others for validation" : "")\(noise)."
    }
}

extension String {
    /// "tells … apart" for one becomes "tell … apart" for several.
    fileprivate var pluralVerb: String {
        guard let space = firstIndex(of: " "), self[..<space].hasSuffix("s") else { return self }
        return String(self[..<space].dropLast() + self[space...])
    }
}
