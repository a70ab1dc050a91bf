/// Mathematics that an author wrote between dollar signs. TeX runs it as a program that can read and write files and define macros, so only
/// commands on a list are accepted.
package enum WrittenMathematics {
    /// Commands that only typeset letters, signs and formulas.
    package static let commands: Set<String> = Set(
        """
        alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi varphi chi psi omega \
        Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega partial nabla infty ell hbar emptyset forall exists \
        cdot cdots ldots dots vdots ddots times div pm mp ast star circ odot oplus otimes bullet \
        leq le geq ge neq ne lt gt ll gg approx equiv sim simeq propto in notin ni subset subseteq cup cap setminus mid parallel perp \
        to gets mapsto leftarrow rightarrow Leftarrow Rightarrow leftrightarrow Leftrightarrow implies iff land lor neg lnot \
        frac dfrac tfrac binom sqrt sum prod int lim max min sup inf arg exp log ln sin cos tan sinh cosh tanh det dim Pr \
        hat widehat tilde widetilde bar vec dot ddot overline underline overbrace underbrace prime top dagger \
        mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol operatorname text \
        left right big Big bigg Bigg bigl bigr Bigl Bigr langle rangle lfloor rfloor lceil rceil vert Vert lVert rVert lbrace rbrace \
        quad qquad limits nolimits displaystyle textstyle
        """.split(separator: " ").map(String.init))

    /// The formula with braces only around digits, since MDX runs JavaScript between braces and templates run code after {{ or {%. Braces
    /// around one sign are dropped, which TeX reads the same. Nil if there is anything else but letters, digits, signs and known commands.
    static func forMarkdown(_ scalars: some Sequence<Unicode.Scalar>) -> String? {
        let scalars = Array(scalars)
        guard let first = scalars.first, let last = scalars.last, first != " ", last != " " else { return nil }
        var text = ""
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "\\":
                let name = String(scalars: scalars[index...].prefix(while: \.isASCIILetter))
                if name.isEmpty {
                    guard index < scalars.count, ",;:!| ".unicodeScalars.contains(scalars[index]) else { return nil }
                    text += "\\\(scalars[index])"
                    index += 1
                } else {
                    guard commands.contains(name) else { return nil }
                    text += "\\\(name)"
                    index += name.count
                }
            case "{":
                guard let end = scalars[index...].firstIndex(of: "}") else { return nil }
                let group = scalars[index..<end]
                if !group.isEmpty, group.allSatisfy(\.isASCIIDigit) {
                    text += "{\(String(scalars: group))}"
                } else if group.count == 1, let sign = group.first, sign.isASCIILetter || ",;:!+-*/=".unicodeScalars.contains(sign) {
                    text += text.isEmpty ? "\(sign)" : " \(sign)"
                } else {
                    return nil
                }
                index = end + 1
            // ^^ writes any character by its code, and so any command. "](" would be a link to programs that do not read mathematics.
            case "^" where index < scalars.count && scalars[index] == "^": return nil
            case "]" where scalars[index...].first(where: { $0 != " " }) == "(": return nil
            case "<": text += #"\lt "#
            case "}", "$", "`", "~", "@", "#", "%", "&", "\"": return nil
            case _ where !scalar.isText: return nil
            default: text.append(scalar)
            }
        }
        // pandoc ends no mathematics at a dollar sign after a space; the sign would pair with the next one.
        if text.last == " " { text.removeLast() }
        return text
    }
}

/// Decides which targets of an author's links are kept.
enum WrittenLink {
    /// Whether a link's brackets are followed by no target, or by one that is relative or begins with http://, https:// or mailto:. Targets
    /// with character references or backslashes, which could hide another scheme, are refused.
    static func isHarmless(_ rest: some Collection<Unicode.Scalar>) -> Bool {
        let after = rest.drop { $0 == " " }
        guard after.first == "(" else { return true }
        let signs = Set("-._~/?#=%+,@:;!&".unicodeScalars)
        // Stops at the first sign that no target has, such as the next "(", so that many openings do not make this quadratic.
        let inside = after.dropFirst().drop { $0 == " " }
        let target = String(scalars: inside.prefix { $0.isASCIILetter || $0.isASCIIDigit || signs.contains($0) })
        guard inside.dropFirst(target.unicodeScalars.count).first.map({ $0 == " " || $0 == ")" }) ?? true else { return false }
        guard !(target.unicodeScalars.contains("&") && target.unicodeScalars.contains(";")) else { return false }
        let start = target.lowercased()
        return ["http://", "https://", "mailto:"].contains { start.hasPrefix($0) } || !start.prefix { !"/?#".contains($0) }.contains(":")
    }
}
