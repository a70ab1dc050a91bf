package import Autodiff
package import Forms
package import NumberFiles

/// A file that holds a network's parameters, under their own names or others.
package struct StoredParameters: Sendable {
    /// As the lesson has it.
    package let file: String
    /// Where the lesson names the file.
    package let place: Located
    package let arrays: any NamedArrays
    /// By parameter: what the file calls it, where the lesson says so.
    package let names: [(parameter: String, mark: SourceMark, array: Located)]

    package init(
        file: String, place: Located, arrays: any NamedArrays, names: [(parameter: String, mark: SourceMark, array: Located)]
    ) {
        self.file = file
        self.place = place
        self.arrays = arrays
        self.names = names
    }

    /// What a parameter is called in the file, and where the lesson names it; nil where the file does not hold it.
    func array(for parameter: String) -> (name: String, place: Located)? {
        if let given = names.first(where: { $0.parameter == parameter }) {
            // A name that is no text, or that the file lacks, was reported.
            guard case .scalar(let name, _) = given.array.value.content, arrays.names.contains(name) else { return nil }
            return (name, given.array)
        }
        return arrays.names.contains(parameter) ? (parameter, place) : nil
    }
}

/// A parameter that was filled from a file, and the layer's place in the document: what stands there is the word alone or a map of it.
package struct FilledParameter: Sendable {
    /// The path of the layer's options: `network.layers[2].dense`.
    package let path: DocumentPath
    /// The option that a lone value is short for.
    package let short: String?
    package let key: String
    package let tensor: Tensor
}
