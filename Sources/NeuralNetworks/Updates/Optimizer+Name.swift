extension Optimizer.Kind {
    /// The name in a sentence.
    package var name: String {
        switch self {
        case .sgd: "gradient descent"
        case .momentum: "momentum"
        case .nesterov: "Nesterov momentum"
        case .rmsprop: "RMSProp"
        case .adagrad: "Adagrad"
        case .adam: "Adam"
        case .adamw: "AdamW"
        }
    }
}
