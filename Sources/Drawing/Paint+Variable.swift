extension ThemeRole {
    /// The role's name in style sheets: `resting-line`.
    package var variable: String {
        switch self {
        case .page: "page"
        case .ink: "ink"
        case .quietInk: "quiet-ink"
        case .restingLine: "resting-line"
        case .grid: "grid"
        case .panel: "panel"
        case .value: "value"
        case .gradient: "gradient"
        case .gradientLine: "gradient-line"
        case .gradientWash: "gradient-wash"
        case .local: "local"
        case .place: "place"
        case .series(let number): "series-\(number)"
        }
    }
}

extension Paint {
    /// The name of the style sheet's variable for this paint's colour without its opacity: `resting-line`, `series-2-text`,
    /// `resting-line-55-on-page`. Nil if the colour is the same in every theme.
    package var variable: String? {
        guard case .role(let role) = source else { return nil }
        let text = isLegible ? "-text" : ""
        guard let ground else { return role.variable + text }
        // In parts per hundred thousand, so that no two mixtures get the same name.
        let share = "\(Int((alpha * 100_000).rounded()))".replacing(#/000$/#, with: "")
        return "\(role.variable)\(text)-\(share)-on-\(ground.variable)"
    }
}
