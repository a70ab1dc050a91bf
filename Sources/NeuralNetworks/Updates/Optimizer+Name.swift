package import Notation

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

    /// Whether the steps hardly depend on the scale of the gradient.
    package var hidesScale: Bool {
        switch self {
        case .rmsprop, .adagrad, .adam, .adamw: true
        case .sgd, .momentum, .nesterov: false
        }
    }

    /// Whether a step also shrinks the weights, whatever their gradient.
    package var decaysWeights: Bool {
        switch self {
        case .adamw: true
        case .sgd, .momentum, .nesterov, .rmsprop, .adagrad, .adam: false
        }
    }
}

extension Optimizer.Kind {
    /// A number of the rule beside the learning rate.
    package enum Setting: Hashable, Sendable {
        case momentum, decay, beta1, beta2, epsilon, weightDecay

        /// Its letter, or words that stay on one line.
        package var name: Formula {
            switch self {
            case .momentum: "μ"
            case .decay: "ρ"
            case .beta1: .sub("β", "1")
            case .beta2: .sub("β", "2")
            case .epsilon: "ε"
            // The field's letter for it is λ too, which is a penalty's here.
            case .weightDecay: .words("weight\u{A0}decay")
            }
        }
    }

    /// In the order of the language's reference.
    package var settings: [(setting: Setting, value: Double)] {
        switch self {
        case .sgd: []
        case .momentum(let momentum), .nesterov(let momentum): [(.momentum, momentum)]
        case .rmsprop(let decay, let epsilon): [(.decay, decay), (.epsilon, epsilon)]
        case .adagrad(let epsilon): [(.epsilon, epsilon)]
        case .adam(let beta1, let beta2, let epsilon): [(.beta1, beta1), (.beta2, beta2), (.epsilon, epsilon)]
        case .adamw(let beta1, let beta2, let epsilon, let decay):
            [(.beta1, beta1), (.beta2, beta2), (.epsilon, epsilon), (.weightDecay, decay)]
        }
    }
}
