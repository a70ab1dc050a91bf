/// A kind of parameter of a layer, by its name in lessons.
package enum ParameterKey: String, Hashable, Sendable, CaseIterable {
    case weight, bias, scale, shift, projection
    case inputWeight = "input-weight"
    case recurrentWeight = "recurrent-weight"
    case inputBias = "input-bias"
    case recurrentBias = "recurrent-bias"
    case queryWeight = "query-weight"
    case queryBias = "query-bias"
    case keyWeight = "key-weight"
    case keyBias = "key-bias"
    case valueWeight = "value-weight"
    case valueBias = "value-bias"
    case outputWeight = "output-weight"
    case outputBias = "output-bias"

    package enum Kind: Hashable, Sendable { case weight, bias, scale, shift }

    package var kind: Kind {
        switch self {
        case .weight, .projection, .inputWeight, .recurrentWeight, .queryWeight, .keyWeight, .valueWeight, .outputWeight: .weight
        case .bias, .inputBias, .recurrentBias, .queryBias, .keyBias, .valueBias, .outputBias: .bias
        case .scale: .scale
        case .shift: .shift
        }
    }
}

/// A parameter that a layer has.
package struct ParameterDeclaration: Hashable, Sendable {
    package let key: ParameterKey
    package let shape: [Int]
    let start: ParameterStart
    /// In the order in which a message about a wrong shape names them.
    let shapedBy: [ShapeReason]

    init(_ key: ParameterKey, _ shape: [Int], _ start: ParameterStart, shapedBy: [ShapeReason]) {
        self.key = key
        self.shape = shape
        self.start = start
        self.shapedBy = shapedBy
    }
}

/// The initial value of a parameter that the lesson does not give.
enum ParameterStart: Hashable, Sendable {
    /// Sampled by the initializer: several matrices of the same shape, one below the other.
    case sampled(matrices: Int = 1)
    /// One number for each block of rows; at least one.
    case constants([Double])
}

/// What determines a parameter's shape.
enum ShapeReason: Hashable, Sendable {
    /// The value of one of the layer's keys.
    case key(String)
    /// The output of the layers inside this one.
    case inner
    case input
}
