import Notation

extension Sequence<String> {
    /// The word that a misspelt one most likely means: the one with the fewest edits, at most a third of its letters; nil if there is none.
    package func nearest(to word: String) -> String? {
        // Counting the letters of a text of megabytes takes seconds.
        let mostBytes = 1_000
        guard word.utf8.count <= mostBytes else { return nil }
        let letters = Array(word.lowercased())
        guard letters.count <= 40 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in self where candidate.utf8.count <= mostBytes {
            let other = Array(candidate.lowercased())
            let longer = Swift.max(letters.count, candidate.count)
            let most = Swift.min(Swift.max(1, longer / 3), longer - 1, (best?.distance ?? .max) - 1)
            // A difference in length needs at least as many edits.
            guard abs(letters.count - other.count) <= most else { continue }
            let distance = editDistance(letters, other)
            if distance <= most {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// "units, name or weight".
    package func listed(_ conjunction: String = "or") -> String {
        let words = Array(self)
        return words.isEmpty ? "nothing" : English.list(words, conjunction)
    }
}

/// The fewest insertions, deletions, changes and swaps of neighbours that turn one word into the other (optimal string alignment).
package func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for i in first.indices {
        var row = [i + 1]
        for j in second.indices {
            var distance = Swift.min(previous[j + 1], row[j]) + 1
            distance = Swift.min(distance, previous[j] + (first[i] == second[j] ? 0 : 1))
            if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                distance = Swift.min(distance, beforePrevious[j - 1] + 1)
            }
            row.append(distance)
        }
        beforePrevious = previous
        previous = row
    }
    return previous[second.count]
}
