import CourseNotes
import Testing

@Suite("The filter of pandoc") struct PandocFilterTests {
    @Test("knows every option of a picture, values and flags") func options() {
        let values = ["figure", "sample", "notation", "mistake", "weights", "dpi", "theme"]
        let flags = ["products", "no-headline", "transparent", "svg-text"]
        let list = (values + flags).map { "\"\($0)\"" }.joined(separator: ", ")
        #expect(PandocFilter.text.contains("local options, valued = pandoc.List({\(list)}), \(values.count)\n"))
    }
}
