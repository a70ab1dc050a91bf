/// The only way by which a lesson that is being read gets at other files.
package struct NumberSource: Sendable {
    package struct File: Sendable {
        package let bytes: [UInt8]
        /// Differs where the bytes do.
        package let digest: String

        package init(bytes: [UInt8], digest: String) {
            self.bytes = bytes
            self.digest = digest
        }
    }

    private let read: @Sendable (String) -> Result<File, NumberFileError>

    /// - Parameter read: gives the file of a name, as the lesson has it, at most `Limits.numberFileBytes` of it and some more; or says why
    ///   it can't, in whole sentences.
    package init(_ read: @escaping @Sendable (String) -> Result<File, NumberFileError>) { self.read = read }

    /// Where no file can be read.
    /// - Parameter reason: "a lesson from the standard input has no folder".
    package static func none(_ reason: String) -> NumberSource {
        NumberSource { name in
            .failure(
                NumberFileError("\(name) can't be read: \(reason)", expected: "the lesson in a file of its own, or its numbers written out")
            )
        }
    }

    package func file(_ name: String) throws(NumberFileError) -> File { try read(name).get() }
}
