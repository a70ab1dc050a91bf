extension Optimizer.Kind {
    /// As a sentence has it.
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
