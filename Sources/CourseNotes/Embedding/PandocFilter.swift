import Backstep
import Drawing
import Escaping

/// The Lua filter with which pandoc and Quarto draw the lessons in a document.
package enum PandocFilter {
    package static let text = String(decoding: PackageResources.backstep_lua, as: UTF8.self)
        .replacing("{--[[options]]}", with: words { !$0.isFlag && !["width", "height"].contains($0.word) })
        .replacing("{--[[flags]]}", with: words(\.isFlag))
        .replacing("{--[[commands]]}", with: table(WrittenMathematics.commands.sorted()))

    private static func words(_ suits: (PictureOption<PictureOptions>) -> Bool) -> String {
        table(PictureOptions.all.filter(suits).map(\.word))
    }

    /// The words as a table of Lua.
    private static func table(_ words: [String]) -> String { "{" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "}" }
}
