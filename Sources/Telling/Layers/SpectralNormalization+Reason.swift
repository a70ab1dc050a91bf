extension Meeting {
    /// For an entry of a matrix that is divided by its largest singular value.
    var reasonOfSpectralNormalization: String? {
        guard ways.contains(.largestSingular), ways.contains(.quotient) else { return nil }
        return
            "Two ways: through the entry's own quotient by σ₁, and through σ₁ itself, which grows with every entry by u₁v₁ᵀ. The second takes out the part of the gradient that would only lengthen W."
            + (ways.contains(.penalty) ? " The penalty adds λw." : "")
    }
}
