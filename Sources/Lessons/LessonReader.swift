/// Reads a lesson from YAML and says everything that is wrong with it.
package enum LessonReader {
    /// - Parameter file: the name that messages bear.
    /// - Throws: `LessonErrors`, with every finding.
    package static func read(bytes: [UInt8], file: String) throws(LessonErrors) -> Lesson {
        throw LessonErrors(errors: [])
    }

    package static func read(text: String, file: String) throws(LessonErrors) -> Lesson {
        try read(bytes: Array(text.utf8), file: file)
    }
}
