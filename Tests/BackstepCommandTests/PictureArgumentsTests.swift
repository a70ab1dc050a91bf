import Backstep
import Drawing
import Testing

@testable import BackstepCommand

@Suite("The arguments of every command that draws")
struct PictureArgumentsTests {
    @Test("are the options of a picture") func words() {
        #expect(Set(PictureArguments.asked.keys) == Set(PictureOptions.all.map(\.word)))
    }
}
