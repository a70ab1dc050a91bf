import Autodiff
import Experiments
import NeuralNetworks
import Notation

extension TrainingSetting {
    /// What learns what.
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
        return "\(network) \(depth == 1 || data == .recall ? task : task.pluralVerb), \(steps) steps."
    }

    /// The rest that a reader needs to do it again.
    /// - Parameter hasBatches: whether all is trained with the same size of batch.
    func note(hasBatches: Bool = true) -> String {
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
        return "Loss: \(loss); \(batches); \(validation) others for validation\(noise)."
    }
}

extension String {
    /// "tells … apart" of one is "tell … apart" of several.
    fileprivate var pluralVerb: String {
        guard let space = firstIndex(of: " "), self[..<space].hasSuffix("s") else { return self }
        return String(self[..<space].dropLast() + self[space...])
    }
}
