import CourseNotes
import Testing

@Suite("The filter of pandoc") struct PandocFilterTests {
    @Test("knows every option of a picture, values and flags") func options() {
        #expect(PandocFilter.text.contains(#"ipairs({"figure", "sample", "notation", "mistake", "weights", "theme"})"#))
        #expect(PandocFilter.text.contains(#"ipairs({"products", "transparent", "svg-text"})"#))
    }
}
