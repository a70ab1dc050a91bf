/// Why a derivative is a convention: the function has a corner here, such as ReLU at 0, or the largest of several numbers occurs twice.
package enum Ambiguity: Hashable, Sendable {
    case kink, tie
}

extension Pass {
    /// An entry on the way to the result whose derivative here is a convention.
    package struct Ambiguous: Hashable, Sendable {
        package let scalar: ScalarID
        /// Of an entry that many numbers make, such as a loss, one for each that lies at a kink.
        package let reasons: [Ambiguity]
    }

    package var ambiguous: [Ambiguous] {
        let used = tape.upstream(of: result)
        return tape.allIDs.flatMap { id -> [Ambiguous] in
            guard used[id.index], case .result(let primitive, let operands) = tape[id].origin else { return [] }
            let rules = primitive.rules
            return operands.map { value($0) }.withViews { views in
                value(id).scalars.indices.compactMap { index in
                    let reasons = rules.ambiguities(of: index, operands: views)
                    return reasons.isEmpty ? nil : Ambiguous(scalar: ScalarID(id, index), reasons: reasons)
                }
            }
        }
    }

    /// How many kinks and ties another set of values leaves: of those entries, whose operands differ from this pass's.
    /// - Parameter moved: the values of all entries of the tape.
    func ambiguities(in ambiguous: [Ambiguous], leftBy moved: [Tensor]) -> Int {
        ambiguous.reduce(0) { count, place in
            guard case .result(let primitive, let operands) = tape[place.scalar.tensor].origin else { return count }
            var isMoved = false
            (operands.map { value($0) } + [value(place.scalar.tensor)]).withViews { views in
                let inputs = Array(views.dropLast())
                primitive.rules.localDerivatives(of: place.scalar.index, operands: inputs, output: views[inputs.count]) {
                    operand, first, locals in
                    let now = moved[operands[operand].index].scalars
                    for entry in first..<first + locals.count where now[entry] != inputs[operand][entry] { isMoved = true }
                }
            }
            return count + (isMoved ? place.reasons.count : 0)
        }
    }
}
