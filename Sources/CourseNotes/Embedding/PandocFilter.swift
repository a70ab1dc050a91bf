import Backstep
import Drawing
import Escaping

/// The Lua filter with which pandoc and Quarto draw the lessons in a document.
package enum PandocFilter {
    package static let text = String(decoding: PackageResources.backstep_lua, as: UTF8.self)
        .replacing("{--[[options]]}", with: table(options + flags))
        .replacing("--[[count]]", with: "\(options.count)")
        .replacing("{--[[commands]]}", with: table(WrittenMathematics.commands.sorted()))

    private static let options = PictureOptions.all.filter { !$0.isFlag && !["width", "height"].contains($0.word) }.map(\.word)
    private static let flags = PictureOptions.all.filter(\.isFlag).map(\.word)

    /// The words as a table of Lua.
    private static func table(_ words: [String]) -> String { "{" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "}" }
}
